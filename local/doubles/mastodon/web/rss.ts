import { escaped, htmlOf } from "../html.ts";
import { mediaKind } from "../store/media.ts";
import type { Status } from "../store/statuses.ts";
import type { Request } from "./kernel.ts";

/** The head of a feed. */
export interface Channel {
  title: string;
  description: string;
  link: string;
}

/** An RSS 2.0 feed of posts. Source: app/views/accounts/show.rss.ruby and app/lib/rss of v4.6.5. */
export async function rss(c: Request, channel: Channel, statuses: Status[]): Promise<Response> {
  const site = c.get("site");
  const authors = await site.accounts.byIds(statuses.map((status) => status.account_id));
  const media = await site.media.ofStatuses(statuses.map(({ id }) => id));
  const items = statuses.map((status) => {
    const author = authors.get(status.account_id);
    if (!author) return "";
    const link = escaped(site.addresses.statusPage(status, author));
    const files = media.get(status.id) ?? [];
    const contents = files.map(
      (file) =>
        `<media:content url="${escaped(site.addresses.media(file))}" type="${file.file_content_type}" fileSize="${file.file_file_size ?? 0}" medium="${mediaKind(file.file_content_type)}"/>`,
    );
    const audio = files.find((file) => mediaKind(file.file_content_type) === "audio");
    if (audio) {
      contents.unshift(
        `<enclosure url="${escaped(site.addresses.media(audio))}" type="${audio.file_content_type}" length="${audio.file_file_size ?? 0}"/>`,
      );
    }
    const tags = status.tags.map((tag) => `<category>${escaped(tag)}</category>`);
    return [
      `<item><guid isPermaLink="true">${link}</guid><link>${link}</link>`,
      `<pubDate>${status.created_at.toUTCString()}</pubDate>`,
      `<description>${escaped(htmlOf(status.text, site.addresses))}</description>`,
      ...contents,
      ...tags,
      "</item>",
    ].join("");
  });
  const head = [
    `<title>${escaped(channel.title)}</title>`,
    `<description>${escaped(channel.description)}</description>`,
    `<link>${escaped(channel.link)}</link>`,
    `<generator>Mastodon v${site.services.version}</generator>`,
  ].join("");
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>${head}${items.join("")}</channel></rss>\n`;
  return c.body(text, 200, { "content-type": "application/rss+xml; charset=utf-8" });
}
