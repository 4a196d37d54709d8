import { execFileSync } from "node:child_process";
import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { partFields, parts } from "../components/commune/parts.ts";
import { serviceNames } from "../components/services/index.ts";
import { checkout } from "../local/paths.ts";
import {
  circles,
  folders,
  importsIn,
  roomOf,
  wordsIn,
  wrongFolders,
  wrongImports,
} from "../test/imports/imports.ts";
import { findIn, kindsIn } from "../test/words/odd.ts";

/**
 * `npm run bench house -- --former <checkout>`: counts what there is to carry, beside a former version's. Counts by this
 * version's rules for both: its names of parts, its order of folders, its odd kinds of docs/style.md. Counts what git
 * tracks, and no more.
 */
const { values } = parseArgs({ options: { former: { type: "string" } } });

const partNames = new Set(
  [...parts.map(({ kind }) => kind), ...Object.keys(partFields), ...serviceNames].filter(
    // What services stand on, and the method of arrays, are no names of parts.
    (name) => !["service", "database", "map", "restore point"].includes(name),
  ),
);
const kinds = kindsIn(readFileSync(join(checkout, "docs", "style.md"), "utf8"));

const isProgram = (file: string) => /\.[jt]s$/.test(file);
const linesOf = (texts: readonly string[]) =>
  texts.reduce((sum, text) => sum + text.split("\n").length - 1, 0);

/** Counts of a checkout, by what was counted. */
function counts(root: string): Map<string, number> {
  const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" })
    .trim()
    .split("\n")
    .filter((file) => lstatSync(join(root, file)).isFile());
  const texts = new Map(tracked.map((file) => [file, readFileSync(join(root, file), "utf8")]));
  const of = (wanted: (file: string) => boolean) =>
    [...texts].filter(([file]) => wanted(file)).map(([, text]) => text);
  const programs = new Map([...texts].filter(([file]) => isProgram(file)));
  const imports = new Map([...programs].map(([file, text]) => [file, importsIn(file, text)]));
  const product = new Map([...imports].filter(([file]) => !/^(test|bench)\//.test(file)));

  const applications = tracked.flatMap((file) => /^charts\/([^/]+)\/Chart\.yaml$/.exec(file)?.[1] ?? []);
  const ofApplications = (file: string) =>
    file.endsWith(".ts") &&
    /^(components\/tenants|charts)\//.test(file) &&
    file.split("/").some((folder) => applications.includes(folder));
  const outside = [...programs].filter(
    ([file]) =>
      (file.startsWith("components/commune/") || ["index.ts", "program.ts"].includes(file)) &&
      file !== "components/commune/parts.ts",
  );
  const isPage = (file: string) => /^docs\/[^/]+\.md$/.test(file);
  const odd = [...texts]
    .filter(([file]) => isProgram(file) || isPage(file))
    .filter(([file]) => !/^(docs\/style\.md|test\/(words|golden))/.test(file))
    .flatMap(([file, text]) => findIn(file, text, kinds));
  const { scripts } = JSON.parse(texts.get("package.json") ?? "{}") as { scripts?: object };

  return new Map([
    ["files that git tracks", tracked.length],
    ...Object.keys(folders).flatMap((folder): [string, number][] => {
      const own = of((file) => file.startsWith(`${folder}/`) && isProgram(file));
      return [
        [`${folder}/: programs`, own.length],
        [`${folder}/: lines of programs`, linesOf(own)],
      ];
    }),
    ["programs of more than 300 lines", of(isProgram).filter((text) => linesOf([text]) > 300).length],
    ["imports against the order of wings", wrongImports(imports).length],
    ["imports against the order of folders", wrongFolders(imports).length],
    ["circles of files", circles(imports, (file) => file).length],
    ["circles of rooms", circles(product, roomOf).length],
    [
      "files of components/commune and the program that name a part",
      outside.filter(([, text]) => wordsIn(text).some((word) => partNames.has(word))).length,
    ],
    ["applications of associations", applications.length],
    ["lines of TypeScript in their folders", linesOf(of(ofApplications))],
    ["words of docs/*.md", of(isPage).reduce((sum, text) => sum + (text.match(/\S+/g) ?? []).length, 0)],
    ["odd kinds (docs/style.md) in programs and docs/*.md", odd.length],
    ["lines of goldens", linesOf(of((file) => file.startsWith("test/golden/")))],
    ["scripts of package.json", Object.keys(scripts ?? {}).length],
  ]);
}

const now = counts(checkout);
const then = values.former === undefined ? new Map<string, number>() : counts(values.former);
const shown = (count: number | undefined) => (count?.toLocaleString("en") ?? "").padStart(10);
console.log(`${"".padEnd(62)}${"now".padStart(10)}${then.size > 0 ? "former".padStart(10) : ""}`);
for (const [what, count] of now)
  console.log(`${what.padEnd(62)}${shown(count)}${then.size > 0 ? shown(then.get(what)) : ""}`);
