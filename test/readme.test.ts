import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import MarkdownIt from "markdown-it";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { checkout } from "../local/paths.ts";
import { anchorOf } from "../scripts/docs/site.ts";
import { hasTest, whereIs } from "./titles.ts";

/**
 * Returns what a page says, one by one: sentences of its paragraphs, rows of its tables without their heads, and lines
 * of code: every command, and what stands beside a comment in other languages. Headings and lists, which lead to other
 * pages, are left out.
 */
function sayingsOf(page: string): string[] {
  const sayings: string[] = [];
  const within: string[] = [];
  let row: string[] = [];
  for (const token of new MarkdownIt().parse(page, {})) {
    if (token.nesting === 1) within.push(token.tag);
    if (token.type === "fence") sayings.push(...linesOf(token.content, token.info));
    const isSkipped = within.some((tag) => ["ul", "ol", "thead"].includes(tag) || /^h\d$/.test(tag));
    if (token.type === "inline" && !isSkipped) {
      if (within.includes("td")) row.push(plain(token.content));
      else sayings.push(...plain(token.content).split(/(?<=[.!?])\s+(?=[\p{Lu}`])/u));
    }
    if (token.nesting === -1) within.pop();
    if (token.type === "tr_close" && row.length > 0) {
      sayings.push(row.join(" | "));
      row = [];
    }
  }
  return sayings;
}

const linesOf = (code: string, language: string) =>
  code
    .split("\n")
    .map((line) => line.trim().replaceAll(/\s+/g, " "))
    .filter((line) => line !== "" && (language === "" || line.includes("# ")));

/** Text without what leads elsewhere and how it looks. */
const plain = (text: string) =>
  text
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, "$1")
    .replaceAll("**", "")
    .replaceAll(/\s+/g, " ");

const page = (file: string) => readFileSync(join(checkout, file), "utf8");

/** The part of a page that people write, above what `npx commune schema` generates. */
const written = (file: string) => page(file).split("<!-- The rest is written by")[0] ?? "";

const titles = z.union([z.string(), z.array(z.string()).min(1)]).transform((named) => [named].flat());
const says = { says: z.string() };
const promise = z.union([
  z.strictObject({ ...says, shown: z.record(z.string(), titles) }),
  z.strictObject({ ...says, measured: z.string() }),
  z.strictObject({ ...says, "by hand": z.string().min(10) }),
  z.strictObject({ ...says, nothing: z.string().min(10) }),
]);
const map = z
  .strictObject({ "README.md": z.array(promise), "docs/commands.md": z.array(promise) })
  .parse(yaml.load(page("test/promises.yaml")));
const promises = Object.values(map).flat();

/** Returns what is wrong with a promise that names a test; undefined if the file has it. */
function problemOf(file: string, title: string): string | undefined {
  const isThere = existsSync(join(checkout, file)) && hasTest(page(file), title);
  return isThere ? undefined : `${file} has no test "${title}": ${whereIs(title)}`;
}

/** Whether a link of a page of this folder leads to a file, and to a heading where it names one. */
function leads(address: string): boolean {
  const [file = "", anchor] = address.split("#");
  if (!existsSync(join(checkout, file))) return false;
  if (anchor === undefined) return true;
  const headings = [...page(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    anchorOf(plain(heading)),
  );
  return headings.includes(anchor);
}

describe("README and the start of the commands", () => {
  test.each(Object.entries(map))("%s says what is in the map, and nothing else is there", (file, said) =>
    expect(said.map((each) => each.says)).toEqual(sayingsOf(written(file))),
  );

  test("promises what a test shows that is there", () => {
    const shown = promises.flatMap((promise) => ("shown" in promise ? Object.entries(promise.shown) : []));
    expect(shown.length).toBeGreaterThan(30);
    const wrong = shown.flatMap(([file, named]) => named.flatMap((title) => problemOf(file, title) ?? []));
    expect(wrong).toEqual([]);
  });

  test("has figures that were measured as it is written", () => {
    const measured = promises.flatMap((promise) => ("measured" in promise ? [promise.measured] : []));
    expect(measured).not.toEqual([]);
    expect(measured.filter((place) => !leads(place))).toEqual([]);
  });

  test.each(["README.md", "CHANGELOG.md", "CONTRIBUTING.md"])("leads nowhere that is not there", (file) => {
    const links = [...page(file).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, address = ""]) => address);
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((address) => !leads(address))).toEqual([]);
  });
});

describe("sayings of a page", () => {
  test("are sentences, rows and lines of code, in their order", () => {
    const lines = [
      "# Title\n\nOne [link](to.md#there), e.g. this. **Two**: `a.b` is!\n",
      "```yaml\nid: bron\nmail: {} # letters\n```\n",
      "- a link\n\n| who | where |\n|---|---|\n| you | [here](x.md) |\n",
      "```\nnpm ci   # all\n\nnpm test\n```\n",
    ];
    expect(sayingsOf(lines.join("\n"))).toEqual([
      "One link, e.g. this.",
      "Two: `a.b` is!",
      "mail: {} # letters",
      "you | here",
      "npm ci # all",
      "npm test",
    ]);
  });

  test.each([
    ["test/readme.test.ts", "leads nowhere that is not there", undefined],
    ["test/main.test.ts", "leads nowhere that is not there", "it is in test/readme.test.ts"],
    ["test/elephant.test.ts", "no test is called so", "it is nowhere"],
    ["test/by-name.ts", "log", "it is nowhere"],
  ])("are shown by tests that are looked for: %s", (file, title, told) =>
    expect(problemOf(file, title)?.split(": ").at(-1)).toBe(told),
  );
});
