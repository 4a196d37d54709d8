import { Refusal, written } from "./written.ts";

/** Source: Debian Policy, 5.6.1 "Source" and 5.6.7 "Package". */
const pattern = /^[a-z0-9][a-z0-9+.-]+$/;

/** The name of a Debian package, such as `firefox-esr`: the name alone, since the release decides the version. */
export function debianPackage({ example = "firefox-esr" } = {}) {
  return written<string>({
    title: "name of a Debian package",
    noun: "a package",
    example,
    pattern,
    maximumLength: 80,
    read(text) {
      if (pattern.test(text)) return text;
      if (/[=(:/]/.test(text))
        return new Refusal("is more than a name: the Debian release decides the version");
      return new Refusal("may only have letters a to z, digits, and + . - inside");
    },
  });
}
