import { askJson } from "../../foundation/program/request.ts";
import type { OwnAddress, Shown } from "../link.ts";

/** Most posts that are requested. */
const most = 10;

interface Status {
  url: string | null;
  created_at: string;
  content: string;
  spoiler_text: string;
  visibility: string;
}

/**
 * The newest public posts of the commune's own account, without answers to others and without what it passes on.
 * Source: https://docs.joinmastodon.org/methods/accounts/#statuses
 */
export async function latestPosts({
  inside,
  url,
  account = "",
}: OwnAddress & { account?: string | undefined }): Promise<Shown[]> {
  const headers = { host: new URL(url).host };
  const call = (path: string) => askJson(`${inside}${path}`, { headers });
  const [name = ""] = account.split("@");
  const { id } = (await call(`/api/v1/accounts/lookup?acct=${encodeURIComponent(name)}`)) as { id: string };
  const query = `limit=${most}&exclude_replies=true&exclude_reblogs=true`;
  const posts = (await call(`/api/v1/accounts/${encodeURIComponent(id)}/statuses?${query}`)) as Status[];
  return posts.flatMap(({ url: page, created_at: date, content, spoiler_text: warning, visibility }) =>
    page === null || visibility !== "public" ? [] : [{ url: page, date, text: warning || textOf(content) }],
  );
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};

/** The text of a post, which Mastodon gives as HTML that it has cleaned: paragraphs become lines. */
export function textOf(content: string): string {
  return content
    .replaceAll(/<br\s*\/?>/g, "\n")
    .replaceAll(/<\/p>\s*<p[^>]*>/g, "\n\n")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/&(#x?[0-9a-fA-F]+|\w+);/g, (all, name: string) => {
      if (!name.startsWith("#")) return entities[name] ?? all;
      const code = Number(name.replace(/^#x/, "0x").replace(/^#/, ""));
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
    })
    .trim();
}
