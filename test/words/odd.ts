import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A way to write that docs/style.md lists as odd. */
export interface Kind {
  name: string;
  scope: "docstrings" | "all";
  pattern: RegExp;
}

/** One place in the tree. */
export interface Finding {
  kind: string;
  file: string;
  line: number;
  text: string;
}

/** Reads the kinds from the table below "Odd kinds" of docs/style.md. */
export function kindsIn(page: string): Kind[] {
  const [, section = ""] = page.split("\n## Odd kinds\n");
  return [...section.matchAll(/^\| ([^|]+) \| (docstrings|all) \| `(.+?)` \|/gm)].map(
    ([, name = "", scope, pattern = ""]) => ({
      name,
      scope: scope === "docstrings" ? "docstrings" : "all",
      pattern: new RegExp(pattern.replaceAll("\\|", "|"), scope === "docstrings" ? "" : "gi"),
    }),
  );
}

/** Docstrings of a program with the line on which each begins, without their stars. */
function docstringsIn(text: string): { line: number; text: string }[] {
  return [...text.matchAll(/\/\*\*\s*([\s\S]*?)\s*\*\//g)].map(({ index, 1: words = "" }) => ({
    line: text.slice(0, index).split("\n").length,
    text: words.replace(/^\*\s+/, "").replaceAll(/\s*\n\s*\*\s?/g, " "),
  }));
}

/** Finds the odd kinds in one file. Docstrings are looked for in programs alone. */
export function findIn(file: string, text: string, kinds: readonly Kind[]): Finding[] {
  const docstrings = /\.[jt]s$/.test(file) ? docstringsIn(text) : [];
  const lines = text.split("\n").map((line, index) => ({ line: index + 1, text: line }));
  return kinds.flatMap(({ name, scope, pattern }) =>
    (scope === "docstrings" ? docstrings : lines).flatMap((place) =>
      Array.from({ length: place.text.match(pattern) === null ? 0 : timesIn(place.text, pattern) }, () => ({
        ...{ kind: name, file },
        ...place,
      })),
    ),
  );
}

const timesIn = (text: string, pattern: RegExp) => (pattern.global ? (text.match(pattern)?.length ?? 0) : 1);

/** Folders whose words are looked at; docs/decisions is kept as it was written. */
const folders = [
  ...["audit", "bench", "charts", "components", "docs", "local", "policies", "programs", "scripts", "test"],
];

/** Finds the odd kinds in the whole tree, but for the page that lists them and this folder. */
export function findAll(root: string): Finding[] {
  const kinds = kindsIn(readFileSync(join(root, "docs", "style.md"), "utf8"));
  const own = ["docs/style.md", "docs/decisions/", "test/words", "test/golden/"];
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((path) => `${folder}/${path}`)
      .filter((path) => /\.(ts|js|md|yaml|sh)$/.test(path) && !path.includes("node_modules"))
      .filter((path) => !own.some((start) => path.startsWith(start)))
      .flatMap((path) => findIn(path, readFileSync(join(root, path), "utf8"), kinds)),
  );
}
