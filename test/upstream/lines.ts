import { readFileSync } from "node:fs";

/** What one of the lists beside says, line by line; see the README. */
export function upstream(file: string): string[] {
  return readFileSync(new URL(file, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}
