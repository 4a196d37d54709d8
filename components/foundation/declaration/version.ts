import { Refusal, written } from "./written.ts";

const part = "(0|[1-9][0-9]{0,8})";
const pattern = new RegExp(`^${part}\\.${part}\\.${part}(-[0-9A-Za-z]+(\\.[0-9A-Za-z]+)*)?$`);

/**
 * An exact version such as `33.0.7` or `4.5.0-rc.1` (https://semver.org, without build metadata).
 *
 * @param only the one major version that is allowed, and why, as the end of a refusal.
 */
export function version({
  example = "33.0.7",
  only,
}: {
  example?: string;
  only?: { major: number; reason: string };
} = {}) {
  return written<string>({
    title: only ? `version ${only.major} in three parts` : "version in three parts",
    noun: "a version",
    example,
    pattern,
    maximumLength: 40,
    bareNumber: "is not a whole version",
    read(text) {
      if (pattern.test(text)) {
        return only && !text.startsWith(`${only.major}.`)
          ? new Refusal(`is not a version ${only.major}: ${only.reason}`)
          : text;
      }
      if (pattern.test(text.replace(/^[vV]/, ""))) {
        return new Refusal('starts with a "v"', text.replace(/^[vV]/, ""));
      }
      if (/^(latest|stable|[~^<>=*])/.test(text)) return new Refusal("is not one exact version");
      return new Refusal("is not a version in three parts");
    },
  });
}
