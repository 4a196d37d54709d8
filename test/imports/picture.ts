import { type Imports, wingOf, wings } from "./imports.ts";

/** How often each wing imports each other. */
function counts(imports: Imports): Map<string, Map<string, number>> {
  const found = new Map(Object.keys(wings).map((wing) => [wing, new Map<string, number>()]));
  for (const [file, all] of imports) {
    const from = found.get(wingOf(file) ?? "");
    for (const imported of all) {
      const to = wingOf(imported);
      if (from && to !== undefined && to !== wingOf(file)) from.set(to, (from.get(to) ?? 0) + 1);
    }
  }
  return found;
}

/** The floors of the house as the imports make them, the highest first: a wing stands above all that it imports. */
export function floors(imports: Imports): string[][] {
  const found = counts(imports);
  const height = (wing: string, under: readonly string[] = []): number => {
    if (under.includes(wing)) throw new Error(`${[...under, wing].join(" imports ")}`);
    const below = [...(found.get(wing)?.keys() ?? [])];
    return Math.max(0, ...below.map((other) => 1 + height(other, [...under, wing])));
  };
  const all = [...found.keys()].map((wing) => ({ wing, floor: height(wing) }));
  const highest = Math.max(...all.map(({ floor }) => floor));
  return Array.from({ length: highest + 1 }, (_, index) =>
    all.filter(({ floor }) => floor === highest - index).map(({ wing }) => wing),
  );
}

/** The wings by floors, and what each imports, as text. With counts it is of the day; without, it changes with the house. */
export function picture(imports: Imports, { counted }: { counted: boolean }): string {
  const found = counts(imports);
  const rows = floors(imports);
  const lines = rows.map((row) => row.join("   "));
  const width = Math.max(...lines.map(({ length }) => length)) + 4;
  const centred = (line: string) => `${" ".repeat(Math.floor((width - line.length) / 2))}${line}`;
  const order = rows.flat();
  const table = order.map((wing) => {
    const below = order.flatMap((other) => {
      const count = found.get(wing)?.get(other);
      return count === undefined ? [] : [counted ? `${other} ${count}` : other];
    });
    const files = [...imports.keys()].filter((file) => wingOf(file) === wing).length;
    const size = counted ? `${files} files`.padEnd(12) : "";
    return `${wing.padEnd(12)}${size}imports ${below.join(", ") || "nothing"}`;
  });
  return [lines.map(centred).join(`\n${centred("▼")}\n`), "", ...table, ""].join("\n");
}
