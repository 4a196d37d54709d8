import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../local/paths.ts";

/** Whether a source has a test of this title, which stands there as it is written here. */
export function hasTest(source: string, title: string): boolean {
  return ['"', "`"].some((quote) => {
    const written = `${quote}${title.replaceAll(/["`]/g, (each) => (each === quote ? `\\${each}` : each))}${quote}`;
    return source
      .split(written)
      .slice(0, -1)
      .some((before) => /(?:\b(?:test|it)(?:\.\w+)?\(|\)\()$/.test(before.trimEnd()));
  });
}

/** Says where a title stands now: files of tests may have moved. */
export function whereIs(title: string): string {
  const found = readdirSync(join(checkout, "test"), { recursive: true, encoding: "utf8" })
    .map((path) => join("test", path))
    .filter((path) => path.endsWith(".ts") && hasTest(readFileSync(join(checkout, path), "utf8"), title));
  return found.length === 0 ? "it is nowhere" : `it is in ${found.join(", ")}`;
}
