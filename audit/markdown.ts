import { words } from "../components/commune/changes/words.ts";
import { originText, reasonText, titleText } from "./heading.ts";
import type { Block, Origin, Report } from "./report.ts";

/** Text in Markdown, without any markup. */
export function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~]/g, "\\$&").replace(/\r?\n/g, " ");
}

/** A part of an answer in Markdown. */
export function blockMarkdown(each: Block): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  switch (each.kind) {
    case "text":
      return escaped(each.text);
    case "list":
      return each.items.map((item) => `- ${escaped(item)}`).join("\n");
    case "folded":
      return [
        `<details><summary>${escaped(each.title)}</summary>`,
        each.items.map((item) => `- ${escaped(item)}`).join("\n"),
        "</details>",
      ].join("\n\n");
    case "table":
      return [line(each.head), `|${"---|".repeat(each.head.length)}`, ...each.rows.map(line)].join("\n");
  }
}

/** A report as Markdown, for a merge request: the technical part is folded. */
export function reportMarkdown(report: Report, origin: Origin): string {
  const { language, label, summary, sections } = report;
  return `${[
    `# ${escaped(titleText(report))}`,
    `**${words.effect[label][language]}**`,
    ...(report.kind === "change" ? [escaped(reasonText(report))] : []),
    summary.map((sentence) => `- ${escaped(sentence)}`).join("\n"),
    ...sections.flatMap(({ id, title, blocks }) =>
      id === "technical"
        ? [`<details><summary>${title}</summary>`, ...blocks.map(blockMarkdown), "</details>"]
        : [`## ${escaped(title)}`, ...blocks.map(blockMarkdown)],
    ),
    escaped(originText(origin, language)),
  ].join("\n\n")}\n`;
}
