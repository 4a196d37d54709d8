import MarkdownIt from "markdown-it";
import { type Html, trusted } from "../foundation/page/html.ts";

/** One piece of news. */
export interface NewsItem {
  /** Its name below the page of news: `2026-11-20-bibliotheque`. */
  id: string;
  /** The day that its file is named after. */
  date: string;
  title: string;
  /** Text below the title, as Markdown. */
  text: string;
  /** Services whose interruption or end it announces, as they are declared. */
  announces?: readonly string[];
}

/** Names of files with news, and what they begin with. */
const fileName = /^(\d{4}-\d{2}-\d{2})-[a-z0-9]+(-[a-z0-9]+)*\.md$/;

/** No markup of its own and no picture: nothing that another host is asked for, and nothing that runs. */
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable("image");

/** A piece of news from its file, or what is wrong with it. */
export function readNews(name: string, text: string): NewsItem | { problem: string } {
  const [, date] = fileName.exec(name) ?? [];
  if (date === undefined || Number.isNaN(Date.parse(date))) {
    return {
      problem:
        "its name does not say its day. Name it such as 2026-11-20-bibliotheque.md: the day, then a few words in small letters.",
    };
  }
  const [, title, rest = ""] = /^# (.+)\n([\s\S]*)$/.exec(text.replaceAll("\r\n", "\n").trim()) ?? [];
  if (title === undefined) return { problem: 'its first line is no title. Write "# " and the title.' };
  const announced = /^\s*annonce ?:(.*)\n?/i.exec(rest);
  const below = announced === null ? rest : rest.slice(announced[0].length);
  if (below.trim() === "") return { problem: "nothing stands below its title." };
  const announces = announced?.[1]?.split(",").map((name) => name.trim().toLowerCase());
  if (/^# /m.test(rest)) return { problem: 'it has two titles. Write "## " for those below the first.' };
  return {
    ...{ id: name.replace(/\.md$/, ""), date, title: title.trim(), text: below.trim() },
    ...(announces && { announces }),
  };
}

/** The name of a file with news: its own where that says a day, else after this day and its title. */
export function newsName(name: string, text: string, now: Date): string {
  if (fileName.test(name)) return name;
  const [, title = ""] = /^# (.+)/.exec(text.trim()) ?? [];
  const words = title
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  // Some words tell it apart: the name is in its address for good.
  return `${now.toISOString().slice(0, 10)}-${words.slice(0, 6).join("-") || "actualite"}.md`;
}

/** The text of a piece of news on a page, its own headings below the level of its title. */
export function newsHtml({ text }: NewsItem): Html {
  const rendered = markdown
    .render(text)
    .replaceAll(/<(\/?)h([2-5])>/g, (_, end: string, level: string) => `<${end}h${Number(level) + 1}>`);
  return trusted(rendered);
}

/** The newest first. */
export function newestFirst(news: readonly NewsItem[]): NewsItem[] {
  return [...news].sort((one, other) => (one.id < other.id ? 1 : -1));
}
