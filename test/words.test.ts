import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkout } from "../local/paths.ts";
import { sharedNames } from "./words/names.ts";
import { findAll, findIn, kindsIn, shownFinding } from "./words/odd.ts";

const kinds = kindsIn(readFileSync(join(checkout, "docs", "style.md"), "utf8"));

const found = (text: string, file = "a.ts") =>
  findIn(file, text, kinds).map(({ kind, line }) => `${line}: ${kind}`);

describe("odd kinds of docs/style.md", () => {
  test("are read from its table", () => {
    expect(kinds.length).toBeGreaterThan(10);
    expect(kinds.map(({ name }) => name)).toContain("nothing where");
  });

  test.each([
    ["/** The same of a copy. */", "1: the same"],
    ["const a = 1;\n/** Of the spools. */", "2: of"],
    ["/**\n * What has answered,\n * and when.\n */", "1: question word"],
    ["/** The key; undefined where there is none. */", "1: where, for if"],
    ["// the key; nothing where there is none", "1: nothing where"],
    ['const message = "Mend it, and begin again.";', "1: mend"],
    ["/** Taints that pods put up with. */", "1: put up with"],
    ["// The server is away.", "1: is away"],
    ["// It tells of each update.", "1: tells of"],
    ["// The server begins anew.", "1: begins anew"],
    ["// Nobody asks for it.", "1: nobody asks"],
    ["// elsewhere, somewhere else than here", "1: somewhere else than"],
    ["/** Goes on by itself. */", "1: by itself"],
  ])("are found: %s", (text, kind) => expect(found(text)).toEqual([kind]));

  test.each([
    "/** Returns the key; undefined if there is none. */",
    "/** Whether the cluster enforces network policies. */",
    "// Of what is not a docstring, any beginning is allowed.",
    "/** Recommended labels. */",
  ])("are no others: %s", (text) => expect(found(text)).toEqual([]));

  test("are counted each time they stand on a line, also in pages", () => {
    expect(found("Mend it, or nothing where mended.", "docs/a.md")).toEqual([
      "1: nothing where",
      "1: mend",
      "1: mend",
    ]);
  });

  test("are told with their place, and with what the page says to write instead", () => {
    const [finding] = findIn("test/a.ts", "const a = 1;\n// The server is away.", kinds);
    expect(finding && shownFinding(finding)).toBe(
      'test/a.ts:2: // The server is away.\n  docs/style.md, "is away": write instead: is unavailable',
    );
  });

  test("are nowhere in the tree: `npm run words -- --list <kind>` prints where", () => {
    const lines = findAll(checkout).map(shownFinding);
    expect(lines.length, `\n${lines.join("\n")}\n`).toBe(0);
  });
});

describe("names with several meanings", () => {
  test("are those that several modules export, but for a value that files of one name have by convention", () => {
    const modules = {
      "a/images.ts": "export const images = 1;\nexport interface Finding {}",
      "b/images.ts": "export const images = 2;\nconst reach = 1;",
      "b/finding.ts": "export type Finding = string;\nexport function reach() {}",
      "c/reach.ts": "export async function reach() {}",
    };
    expect(sharedNames(modules)).toEqual([
      { name: "Finding", files: ["a/images.ts", "b/finding.ts"] },
      { name: "reach", files: ["b/finding.ts", "c/reach.ts"] },
    ]);
  });
});
