import type { Matrix } from "./measure.ts";

const [start, end] = ["<!-- matrix: begin -->", "<!-- matrix: end -->"];

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
export function tableIn(page: string): string {
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the page has no "${start}" and "${end}"`);
  return page.slice(from + start.length, to).trim();
}

/** The page with another table between its marks. */
export function withTable(page: string, table: string): string {
  return page.replace(tableIn(page), () => table);
}
