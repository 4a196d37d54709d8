import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import typescript from "typescript";

/** Imports of each file within the checkout, by paths from its root: types and what is loaded later too. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** The relative imports of one file, as TypeScript reads them. */
export function importsIn(file: string, text: string): string[] {
  return typescript
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith("."))
    .map((name) => relative(".", resolve(dirname(file), name)));
}

const isProgram = (name: string) => /\.[jt]s$/.test(name);

/** The imports of the programs in folders, those in TypeScript and those in JavaScript. */
export function importsOf(root: string, folders: readonly string[]): Imports {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && isProgram(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  return new Map(files.sort().map((file) => [file, importsIn(file, readFileSync(join(root, file), "utf8"))]));
}

/** The imports of the whole checkout: of every folder of {@link folders}, and of what stands beside them. */
export function importsOfAll(root: string): Imports {
  const beside = readdirSync(root)
    .filter(isProgram)
    .map((file): [string, string[]] => [file, importsIn(file, readFileSync(join(root, file), "utf8"))]);
  return new Map([...importsOf(root, Object.keys(folders)), ...beside]);
}

/** The folders of the checkout that have programs, each with those that it may import. */
export const folders: Readonly<Record<string, readonly string[]>> = {
  components: [],
  policies: ["components"],
  audit: ["policies", "components"],
  programs: ["components"],
  provider: ["components"],
  local: ["components"],
  scripts: ["audit", "policies", "programs", "local", "components"],
  test: ["scripts", "programs", "audit", "policies", "local", "components"],
  bench: ["test", "scripts", "programs", "audit", "policies", "local", "components"],
};

/** Folders that the program of a stack, which stands beside them, may import. */
const ofTheStart: readonly string[] = ["audit", "policies", "components"];

/** The wings of components/, each with those that it may import: what is below it, and nothing beside it. */
export const wings: Readonly<Record<string, readonly string[]>> = {
  foundation: [],
  platform: ["foundation"],
  services: ["platform", "foundation"],
  federation: ["platform", "foundation"],
  places: ["platform", "foundation"],
  schools: ["platform", "foundation"],
  recovery: ["platform", "foundation"],
  tenants: ["platform", "foundation"],
  portal: ["federation", "platform", "foundation"],
  commune: [
    ...["services", "portal", "federation", "places", "schools", "recovery", "tenants", "platform"],
    "foundation",
  ],
};

/** The wing of a file; nothing for what is no part of a wing. */
export function wingOf(file: string): string | undefined {
  const [folder, wing, rest] = file.split("/");
  return folder === "components" && rest !== undefined ? wing : undefined;
}

/** The room of a file: a noun's folder, in its wing where there are wings, or a file that stands in none. */
export function roomOf(file: string): string {
  return file
    .split("/")
    .slice(0, file.startsWith("components/") ? 3 : 2)
    .join("/");
}

/** Files of the doubles' images, and what the demo asks of their mailboxes: the local cluster's, beside the tests. */
const doubles = /^test\/doubles\/((mailbox|mastodon|mobilizon|nextcloud|peertube)\/|(recipes|sources)\.ts)/;

/** The folder of the checkout that a file is in; undefined for what starts the program, which stands beside the folders. */
export function folderOf(file: string): string | undefined {
  if (file === "vitest.config.ts") return "test";
  if (doubles.test(file) && !file.endsWith(".test.ts")) return "local";
  return file.includes("/") ? file.split("/")[0] : undefined;
}

/** Imports of a folder that is not below, each as a sentence. Whoever starts the program imports what compiles it, beside the folders. */
export function wrongFolders(imports: Imports): string[] {
  return [...imports].flatMap(([file, all]) => {
    const folder = folderOf(file);
    const allowed = folder === undefined ? ofTheStart : folders[folder];
    if (allowed === undefined)
      return [`${file}: ${folder} is in no order. Say in test/imports what it stands on.`];
    return all.filter(isProgram).flatMap((imported) => {
      const other = folderOf(imported);
      return other === undefined || other === folder || allowed.includes(other)
        ? []
        : [
            `${file} imports ${imported}, and ${folder ?? "it"} stands on ${allowed.join(", ") || "nothing"}.`,
          ];
    });
  });
}

/** Imports that go up, sideways, or out of components/. */
export function wrongImports(imports: Imports): string[] {
  return [...imports].flatMap(([file, all]) => {
    const wing = wingOf(file);
    if (wing === undefined) return [];
    const allowed = wings[wing];
    if (allowed === undefined)
      return [`${file}: components/${wing} is no wing. A new wing needs a decision.`];
    return all
      .filter((imported) => {
        const other = wingOf(imported);
        return other === undefined || (other !== wing && !allowed.includes(other));
      })
      .map(
        (imported) =>
          `${file} imports ${imported}, and ${wing} stands on ${allowed.join(" and ") || "nothing"}.`,
      );
  });
}

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Everything that a group imports, and what that imports, on and on. */
function reachedFrom(start: string, next: Graph): Set<string> {
  const reached = new Set<string>();
  const waiting = [start];
  for (let group = waiting.pop(); group !== undefined; group = waiting.pop())
    for (const other of next.get(group) ?? [])
      if (!reached.has(other)) {
        reached.add(other);
        waiting.push(other);
      }
  return reached;
}

/** The shortest way from a group round to itself, itself at both ends. */
function shortestCircle(start: string, next: Graph): string[] {
  const cameFrom = new Map<string, string>();
  const waiting = [start];
  for (const group of waiting)
    for (const other of next.get(group) ?? []) {
      if (other === start) {
        const way = [start];
        for (let at = group; at !== start; at = cameFrom.get(at) ?? start) way.unshift(at);
        return [start, ...way];
      }
      if (!cameFrom.has(other)) {
        cameFrom.set(other, group);
        waiting.push(other);
      }
    }
  return [];
}

/**
 * Groups that import each other round in a circle, a line for each knot of them: `3 in a circle: a imports b imports a; also c`.
 *
 * @param groupOf what is taken as one: a file, or its room.
 */
export function circles(imports: Imports, groupOf: (file: string) => string): string[] {
  const next = new Map<string, Set<string>>();
  for (const [file, all] of imports) {
    const from = next.get(groupOf(file)) ?? new Set();
    next.set(groupOf(file), from);
    for (const imported of all) if (groupOf(imported) !== groupOf(file)) from.add(groupOf(imported));
  }
  const reached = new Map([...next.keys()].map((group) => [group, reachedFrom(group, next)]));
  const told = new Set<string>();
  return [...next.keys()].flatMap((group) => {
    const knot = [...(reached.get(group) ?? [])].filter((other) => reached.get(other)?.has(group));
    if (knot.length === 0 || told.has(group)) return [];
    for (const other of knot) told.add(other);
    const circle = shortestCircle(group, next);
    const others = knot.filter((other) => !circle.includes(other)).sort();
    const also = others.length > 0 ? `; also ${others.join(", ")}` : "";
    return [`${knot.length} in a circle: ${circle.join(" imports ")}${also}`];
  });
}

/**
 * The words of a program: names and texts, not comments.
 *
 * @param isCounted whether a word counts; all do when absent.
 */
export function wordsIn(text: string, isCounted: (word: typescript.Node) => boolean = () => true): string[] {
  const words: string[] = [];
  const visit = (node: typescript.Node): void => {
    const isWord = typescript.isIdentifier(node) || typescript.isStringLiteralLike(node);
    if (isWord && isCounted(node)) words.push(node.text);
    typescript.forEachChild(node, visit);
  };
  const setParents = true;
  visit(typescript.createSourceFile("words.ts", text, typescript.ScriptTarget.ESNext, setParents));
  return words;
}

/** Whether a word is a key that a program gives to an object or a type: it makes a field, and reads none. */
export function isOwnKey(word: typescript.Node): boolean {
  const { parent } = word;
  return (
    (typescript.isPropertyAssignment(parent) || typescript.isPropertySignature(parent)) &&
    parent.name === word
  );
}
