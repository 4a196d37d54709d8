import { folderOf, folders, type Imports, wingOf, wings } from "./imports.ts";

/** Subject of a picture: groups of files, and the group of each file, undefined if it is in none. */
interface Groups {
  names: readonly string[];
  groupOf(file: string): string | undefined;
}

/** The wings of components/. */
export const allWings: Groups = { names: Object.keys(wings), groupOf: wingOf };
/** The folders of the checkout. */
export const allFolders: Groups = { names: Object.keys(folders), groupOf: folderOf };

/** Number of imports from each group to each other one. */
function counts(imports: Imports, { names, groupOf }: Groups): Map<string, Map<string, number>> {
  const found = new Map(names.map((name) => [name, new Map<string, number>()]));
  for (const [file, all] of imports) {
    const from = found.get(groupOf(file) ?? "");
    for (const imported of all) {
      const to = groupOf(imported);
      if (from && to !== undefined && names.includes(to) && to !== groupOf(file))
        from.set(to, (from.get(to) ?? 0) + 1);
    }
  }
  return found;
}

/** The floors of the house as the imports make them, the highest first: a group stands above all that it imports. */
export function floors(imports: Imports, groups: Groups): string[][] {
  const found = counts(imports, groups);
  const height = (name: string, under: readonly string[] = []): number => {
    if (under.includes(name)) throw new Error(`${[...under, name].join(" imports ")}`);
    const below = [...(found.get(name)?.keys() ?? [])];
    return Math.max(0, ...below.map((other) => 1 + height(other, [...under, name])));
  };
  const all = [...found.keys()].map((name) => ({ name, floor: height(name) }));
  const highest = Math.max(...all.map(({ floor }) => floor));
  return Array.from({ length: highest + 1 }, (_, index) =>
    all.filter(({ floor }) => floor === highest - index).map(({ name }) => name),
  );
}

/** The groups by floors, and what each imports, as text. With counts it is of the day; without, it changes with the house. */
export function picture(imports: Imports, groups: Groups, { counted }: { counted: boolean }): string {
  const found = counts(imports, groups);
  const rows = floors(imports, groups);
  const lines = rows.map((row) => row.join("   "));
  const width = Math.max(...lines.map(({ length }) => length)) + 4;
  const centred = (line: string) => `${" ".repeat(Math.floor((width - line.length) / 2))}${line}`;
  const order = rows.flat();
  const table = order.map((name) => {
    const below = order.flatMap((other) => {
      const count = found.get(name)?.get(other);
      return count === undefined ? [] : [counted ? `${other} ${count}` : other];
    });
    const files = [...imports.keys()].filter((file) => groups.groupOf(file) === name).length;
    const size = counted ? `${files} files`.padEnd(12) : "";
    return `${name.padEnd(12)}${size}imports ${below.join(", ") || "nothing"}`;
  });
  return [lines.map(centred).join(`\n${centred("▼")}\n`), "", ...table, ""].join("\n");
}
