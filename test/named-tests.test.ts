import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkout } from "../local/paths.ts";
import { hasTest, whereIs } from "./titles.ts";

/** Each file of tests that a page names, with the titles behind it. */
const namedBy = (page: string) =>
  [
    ...readFileSync(join(checkout, page), "utf8").matchAll(/`(test\/[^`]+\.ts)`: ((?:“[^”]+”(?:, )?)+)/g),
  ].flatMap(([, file = "", titles = ""]) =>
    [...titles.matchAll(/“([^”]+)”/g)].map(([, title = ""]) => [page, file, title] as const),
  );

const pages = ["docs/security.md", "docs/findings.md"];

test.each(pages)("%s names enough of them", (page) => {
  expect(namedBy(page).length).toBeGreaterThan(20);
});

test.each(pages.flatMap(namedBy))("%s: %s has the test “%s”", (_, file, title) => {
  const isThere = hasTest(readFileSync(join(checkout, file), "utf8"), title);
  // Looking for it elsewhere reads every file of tests.
  expect(isThere || whereIs(title)).toBe(true);
});
