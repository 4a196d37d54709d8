import { type Dispatcher, request } from "undici";
import * as z from "zod";
import { sha256 } from "../../components/foundation/manifest/checksum.ts";
import type { NewsItem } from "../../components/portal/news.ts";

/** The account that posts, and how its server is reached. */
export interface Poster {
  /** Address of the server. */
  url: string;
  /** Name of the account. */
  owner: string;
  token: string;
  dispatcher: Dispatcher;
}

const status = z.object({ url: z.string(), content: z.string(), created_at: z.iso.datetime() });
type Status = z.output<typeof status>;

/** Number of posts in one question. Source: DEFAULT_STATUSES_LIMIT, twice as many at most. */
const most = 40;

/** Letters of a title in a post, of 500 that it may have. */
const longestTitle = 300;

/** Text of a post: the title and the address of the rest. */
function postText({ title }: Pick<NewsItem, "title">, page: string): string {
  const letters = [...title];
  const short = letters.length > longestTitle ? `${letters.slice(0, longestTitle - 1).join("")}…` : title;
  return `${short}\n\n${page}`;
}

/**
 * Posts a piece of news, unless the account has done so already: by this machine or another, a minute or a month ago.
 * Mastodon keeps an `Idempotency-Key` for an hour, under a lock (app/services/post_status_service.rb of v4.6.5), which
 * settles two at once; older posts are read.
 *
 * @param page address of the news.
 * @returns the address of the post. Throws when the server does not say it.
 */
export async function postNews(poster: Poster, item: NewsItem, page: string, now: Date): Promise<string> {
  const before = await findPost(poster, page, sinceOf(item, now));
  if (before !== undefined) return before.url;
  const { url } = status.parse(
    await call(poster, "/api/v1/statuses", {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": sha256(page) },
      body: JSON.stringify({ status: postText(item, page), visibility: "public", language: "fr" }),
    }),
  );
  return url;
}

/** A day before the news, as no post about it is older: its name may say a day that is yet to come. */
function sinceOf({ date }: NewsItem, now: Date): Date {
  const day = 24 * 3_600_000;
  return new Date(Math.min(Date.parse(date), now.getTime()) - day);
}

/** The account's own post that leads to a page. */
async function findPost(poster: Poster, page: string, since: Date): Promise<Status | undefined> {
  const { id } = z
    .object({ id: z.string().regex(/^\d+$/) })
    .parse(await call(poster, `/api/v1/accounts/lookup?acct=${encodeURIComponent(poster.owner)}`));
  let older = "";
  for (;;) {
    const query = `limit=${most}&exclude_reblogs=true${older}`;
    const posts = z
      .array(status.extend({ id: z.string() }))
      .parse(await call(poster, `/api/v1/accounts/${id}/statuses?${query}`));
    // Mastodon writes an address whole into the link, and cuts it only where it is read.
    const found = posts.find(({ content }) => content.includes(`href="${page}"`));
    if (found !== undefined) return found;
    const last = posts.at(-1);
    if (last === undefined || Date.parse(last.created_at) < since.getTime()) return undefined;
    older = `&max_id=${last.id}`;
  }
}

async function call(
  { url, token, dispatcher }: Poster,
  path: string,
  options: { method?: "GET" | "POST"; headers?: Record<string, string>; body?: string } = {},
): Promise<unknown> {
  const { statusCode, body } = await request(`${url}${path}`, {
    dispatcher,
    ...options,
    headers: { ...options.headers, authorization: `Bearer ${token}` },
    headersTimeout: 30_000,
  });
  const text = await body.text();
  if (statusCode !== 200) {
    throw new Error(`${new URL(url).host} answered ${statusCode} to ${path.replace(/\?.*/, "")}`);
  }
  return JSON.parse(text);
}
