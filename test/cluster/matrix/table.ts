import type { Matrix } from "./measure.ts";

/** A table of the page: all that a commune has, or what concerns copies. */
export type Table = "matrix" | "copies";

const marksOf = (table: Table): [string, string] => [`<!-- ${table}: begin -->`, `<!-- ${table}: end -->`];

/** The part of a matrix that is about some of the workloads and what is around all. */
export function partOf({ targets, lines, tried }: Matrix, names: readonly string[]): Matrix {
  const workloads = lines.map(({ from }) => from);
  const around = ["ingress namespace", "elsewhere"];
  const isIn = (name: string) => names.includes(name) || around.includes(name) || !workloads.includes(name);
  return {
    targets: targets.filter(({ name }) => isIn(name)),
    lines: lines.filter(({ from }) => isIn(from)),
    tried,
  };
}

/** The matrix as Markdown: one line for each who tried, one column for each target, the ports that were open. */
export function tableOf({ targets, lines }: Matrix): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    row(["from \\ to", ...targets.map(({ name }) => name)]),
    row(["---", ...targets.map(() => "---")]),
    ...lines.map(({ from, open }) =>
      row([`**${from}**`, ...targets.map(({ name, ports }) => cell(open[name], ports))]),
    ),
  ].join("\n");
}

function cell(open: readonly number[] | undefined, tried: readonly number[]): string {
  if (open === undefined) return "–";
  if (open.length === tried.length && tried.length > 1) return "all";
  return open.length === 0 ? "·" : open.join(", ");
}

/** The table that a page holds between its marks. */
export function tableIn(page: string, table: Table): string {
  const [start, end] = marksOf(table);
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the page has no "${start}" and "${end}"`);
  return page.slice(from + start.length, to).trim();
}

/** The page with another table between its marks. */
export function withTable(page: string, table: Table, text: string): string {
  return page.replace(tableIn(page, table), () => text);
}
