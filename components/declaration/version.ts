import { Refusal, written } from "./written.ts";

const part = "(0|[1-9][0-9]{0,8})";
const pattern = new RegExp(`^${part}\\.${part}\\.${part}(-[0-9A-Za-z]+(\\.[0-9A-Za-z]+)*)?$`);

/** An exact version such as `33.0.7` or `4.5.0-rc.1` (https://semver.org, without build metadata). */
export function version({ example = "33.0.7" } = {}) {
  return written<string>({
    title: "version in three parts",
    noun: "a version",
    example,
    pattern,
    maximumLength: 40,
    bareNumber: "is not a whole version",
    read(text) {
      if (pattern.test(text)) return text;
      if (pattern.test(text.replace(/^[vV]/, ""))) {
        return new Refusal('starts with a "v"', text.replace(/^[vV]/, ""));
      }
      if (/^(latest|stable|[~^<>=*])/.test(text)) return new Refusal("is not one exact version");
      return new Refusal("is not a version in three parts");
    },
  });
}
