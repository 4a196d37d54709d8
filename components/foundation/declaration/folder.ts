import { Refusal, written } from "./written.ts";

const segment = "[A-Za-z0-9_][A-Za-z0-9._-]*";
const pattern = new RegExp(`^${segment}(/${segment})*$`);

/** A folder beside the declaration, such as `library/commune`: relative, without a way out of the commune's own folder. */
export function folder({ example = "library" } = {}) {
  return written<string>({
    title: "folder beside the declaration",
    noun: "a folder",
    example,
    pattern,
    maximumLength: 200,
    read(text) {
      if (text.startsWith("/"))
        return new Refusal("is an absolute path; folders stand beside the declaration");
      if (text.split("/").includes("..")) return new Refusal("leads out of the commune's folder");
      if (text.endsWith("/")) return new Refusal("ends with a slash", text.replace(/\/+$/, ""));
      return pattern.test(text)
        ? text
        : new Refusal(
            "may only have letters a to z, digits, dots, hyphens and underscores, in parts with a slash between",
          );
    },
  });
}
