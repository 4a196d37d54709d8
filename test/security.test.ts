import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkout } from "../local/paths.ts";
import { hasTest, whereIs } from "./titles.ts";

const page = readFileSync(join(checkout, "docs/security.md"), "utf8");

/** Each file of tests that the page names, with the titles behind it. */
const named = [...page.matchAll(/`(test\/[^`]+\.ts)`: ((?:“[^”]+”(?:, )?)+)/g)].flatMap(
  ([, file = "", titles = ""]) =>
    [...titles.matchAll(/“([^”]+)”/g)].map(([, title = ""]) => [file, title] as const),
);

test("docs/security.md names enough of them", () => {
  expect(named.length).toBeGreaterThan(20);
});

test.each(named)("docs/security.md: %s has the test “%s”", (file, title) => {
  const source = readFileSync(join(checkout, file), "utf8");
  expect(hasTest(source, title), whereIs(title)).toBe(true);
});
