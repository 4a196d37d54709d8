import { Refusal, written } from "./written.ts";

const pattern = /^[^/]+(\/[^/]+)*$/;

/** A file below a folder, such as `wordpress/base.sql`: relative, without a way out of the folder, nothing hidden in it. */
export function relativePath({ example = "wordpress/base.sql" } = {}) {
  return written<string>({
    title: "path below a folder",
    noun: "a path",
    example,
    pattern,
    maximumLength: 1000,
    read(text) {
      if (text.startsWith("/")) return new Refusal("is an absolute path");
      if (/\p{C}/u.test(text)) return new Refusal("has a character that cannot be seen");
      if (text.split("/").some((step) => ["", ".", ".."].includes(step)))
        return new Refusal("is no way below a folder");
      return text;
    },
  });
}
