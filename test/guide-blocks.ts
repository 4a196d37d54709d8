import MarkdownIt from "markdown-it";

/** One fenced block of a guide. */
export interface GuideBlock {
  /** Word after its fence: `sh`, `yaml`. */
  language: string;
  text: string;
  /** Whether the paragraph before it says that it cannot be run here. */
  isElsewhere: boolean;
}

/** Words of a guide, in either language, for a block that no test of this repository can run. */
const elsewhere = /\*(Pas essayé ici|Not tried here)\*/;

/** Returns the fenced blocks of a guide, in their order. */
export function guideBlocks(page: string): GuideBlock[] {
  const blocks: GuideBlock[] = [];
  let before = "";
  for (const { type, info, content } of new MarkdownIt().parse(page, {})) {
    if (type === "heading_open") before = "";
    if (type === "inline") before = content;
    if (type !== "fence") continue;
    blocks.push({ language: info, text: content, isElsewhere: elsewhere.test(before) });
    before = "";
  }
  return blocks;
}

/** Returns the file of `stacks/` that a block is of, which its first line names; undefined if it names none. */
export const fileOfBlock = ({ language, text }: GuideBlock): string | undefined =>
  language === "yaml" ? /^# (stacks\/[\w/.-]+)\n/.exec(text)?.[1] : undefined;

/** Returns the commands of a block as a shell reads them: one a line, a here-document with what it ends. */
export function commandsIn(text: string): string[] {
  const commands: string[] = [];
  let until: string | undefined;
  for (const line of text.trimEnd().split("\n")) {
    if (until === undefined) {
      commands.push(line);
      until = /<<(\w+)/.exec(line)?.[1];
    } else {
      commands.push(`${commands.pop()}\n${line}`);
      if (line === until) until = undefined;
    }
  }
  return commands;
}
