import { blockMarkdown, escaped } from "../markdown.ts";
import type { Block } from "../report.ts";

/** A document of evidence: a title, and parts with a title each. */
export interface Document {
  title: string;
  /** Paragraph below the title that says what the document is and what it is not. */
  lead: string;
  parts: readonly { title: string; blocks: readonly Block[] }[];
}

/** Placeholder for what somebody of the commune has to write: nothing is made up in its place. */
export const blank = "À compléter par la commune.";

/** A document as Markdown. */
export function documentMarkdown({ title, lead, parts }: Document): string {
  return `${[
    `# ${escaped(title)}`,
    escaped(lead),
    ...parts.flatMap((part) => [`## ${escaped(part.title)}`, ...part.blocks.map(blockMarkdown)]),
  ].join("\n\n")}\n`;
}
