import { readFileSync } from "node:fs";

/** Lines of one of the lists beside; see the README. */
export function upstream(file: string): string[] {
  return readFileSync(new URL(file, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}
