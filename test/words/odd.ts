import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A way to write that docs/style.md lists as odd. */
export interface Kind {
  name: string;
  scope: "docstrings" | "all";
  pattern: RegExp;
  /** Text of the table's last column. */
  instead: string;
}

/** One place in the tree. */
export interface Finding extends Pick<Kind, "instead"> {
  kind: string;
  file: string;
  line: number;
  text: string;
}

/** Line of a finding: its place, its text, and the sentence of docs/style.md that applies. */
export function shownFinding({ kind, file, line, text, instead }: Finding): string {
  return `${file}:${line}: ${text.trim().slice(0, 140)}\n  docs/style.md, "${kind}": write instead: ${instead}`;
}

/** Reads the kinds from the table below "Odd kinds" of docs/style.md. */
export function kindsIn(page: string): Kind[] {
  const [, section = ""] = page.split("\n## Odd kinds\n");
  return [...section.matchAll(/^\| ([^|]+) \| (docstrings|all) \| `(.+?)` \| (.+) \|$/gm)].map(
    ([, name = "", scope, pattern = "", instead = ""]) => ({
      name,
      scope: scope === "docstrings" ? "docstrings" : "all",
      pattern: new RegExp(pattern.replaceAll("\\|", "|"), scope === "docstrings" ? "" : "gi"),
      instead,
    }),
  );
}

interface Place {
  index: number;
  text: string;
}

/** Docstrings of a program by where each begins, without their stars. */
function docstringsIn(text: string): Place[] {
  return [...text.matchAll(/\/\*\*\s*([\s\S]*?)\s*\*\//g)].map(({ index, 1: words = "" }) => ({
    index,
    text: words.replace(/^\*\s+/, "").replaceAll(/\s*\n\s*\*\s?/g, " "),
  }));
}

/** Line on which a pattern was found. */
function lineAround({ index }: RegExpExecArray, text: string): Place {
  const end = text.indexOf("\n", index);
  return { index, text: text.slice(text.lastIndexOf("\n", index) + 1, end === -1 ? text.length : end) };
}

/** Words of a file, on their lines: a shell script's comments, since its functions may be called anything. */
const proseOf = (path: string, text: string) =>
  path.endsWith(".sh") ? text.replaceAll(/^(?!\s*#).*$/gm, "") : text;

/** Finds the odd kinds in one file. Docstrings are looked for in programs alone. */
export function findIn(file: string, text: string, kinds: readonly Kind[]): Finding[] {
  const docstrings = /\.[jt]s$/.test(file) ? docstringsIn(text) : [];
  return kinds.flatMap(({ name, scope, pattern, instead }) => {
    const places =
      scope === "docstrings"
        ? docstrings.filter((docstring) => pattern.test(docstring.text))
        : [...text.matchAll(pattern)].map((match) => lineAround(match, text));
    return places.map(({ index, text: words }) => ({
      ...{ kind: name, file, text: words, instead },
      line: text.slice(0, index).split("\n").length,
    }));
  });
}

/** Folders whose words are looked at; docs/decisions is kept as it was written. */
const folders = [
  ...["audit", "bench", "charts", "components", "docs", "local", "policies", "programs", "scripts", "test"],
];

/** Finds the odd kinds in the whole tree, but for the page that lists them and this folder. */
export function findAll(root: string): Finding[] {
  const kinds = kindsIn(readFileSync(join(root, "docs", "style.md"), "utf8"));
  const own = ["docs/style.md", "docs/decisions/", "test/words", "test/golden/"];
  const below = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => `${folder}/${path}`),
  );
  return [...readdirSync(root), ...below]
    .filter((path) => /\.(ts|js|md|yaml|sh)$/.test(path) && !path.includes("node_modules"))
    .filter((path) => !own.some((start) => path.startsWith(start)))
    .flatMap((path) => findIn(path, proseOf(path, readFileSync(join(root, path), "utf8")), kinds));
}
