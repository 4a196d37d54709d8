import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import typescript from "typescript";

/** What each file imports of the checkout, by paths from its root: types and what is loaded later too. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** The relative imports of one file, as TypeScript reads them. */
export function importsIn(file: string, text: string): string[] {
  return typescript
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith("."))
    .map((name) => relative(".", resolve(dirname(file), name)));
}

/** The imports of all TypeScript files of folders. */
export function importsOf(root: string, folders: readonly string[]): Imports {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  return new Map(files.sort().map((file) => [file, importsIn(file, readFileSync(join(root, file), "utf8"))]));
}

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

/** The room of a file: a noun's folder in its wing, or a file that stands in the wing itself. */
export function roomOf(file: string): string {
  return file.split("/").slice(0, 3).join("/");
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

/** Groups that import each other round in a circle. `groupOf` tells what is taken as one: a file, or its room. */
export function circles(imports: Imports, groupOf: (file: string) => string): string[] {
  const next = new Map<string, Set<string>>();
  for (const [file, all] of imports) {
    const from = next.get(groupOf(file)) ?? new Set();
    next.set(groupOf(file), from);
    for (const imported of all) if (groupOf(imported) !== groupOf(file)) from.add(groupOf(imported));
  }
  // What imports nothing that is left, or is imported by nothing that is left, is in no circle: taken away until all that is left is.
  for (let size = -1; size !== next.size; ) {
    size = next.size;
    const imported = new Set([...next.values()].flatMap((others) => [...others]));
    for (const [group, others] of next) {
      for (const other of others) if (!next.has(other)) others.delete(other);
      if (others.size === 0 || !imported.has(group)) next.delete(group);
    }
  }
  return [...next].map(([group, others]) => `${group} imports ${[...others].join(", ")}`);
}

/** The words of a program: names and texts, not comments. */
export function wordsIn(text: string): string[] {
  const words: string[] = [];
  const visit = (node: typescript.Node): void => {
    if (typescript.isIdentifier(node) || typescript.isStringLiteralLike(node)) words.push(node.text);
    typescript.forEachChild(node, visit);
  };
  visit(typescript.createSourceFile("words.ts", text, typescript.ScriptTarget.ESNext));
  return words;
}
