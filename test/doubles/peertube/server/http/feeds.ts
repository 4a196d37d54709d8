import type { Context as Request } from "hono";
import { Hono } from "hono";
import { html, raw } from "hono/html";
import { row } from "../database/connection.ts";
import { actors } from "../federation/actors.ts";
import { nameAndHost } from "../federation/follow-states.ts";
import type { Instance } from "../instance.ts";
import { problem } from "./problem.ts";
import { type ListedVideo, listVideos, type VideoQuery } from "./videos.ts";

/** Seconds that a feed is kept for one address: a new video is missing from it until then. */
const kept = 900;

const types: Record<string, string> = {
  xml: "application/xml; charset=utf-8",
  rss: "application/rss+xml; charset=utf-8",
  rss2: "application/rss+xml; charset=utf-8",
  atom: "application/atom+xml; charset=utf-8",
  atom1: "application/atom+xml; charset=utf-8",
  json: "application/json; charset=utf-8",
  json1: "application/json; charset=utf-8",
};

interface Feed {
  title: string;
  description: string;
  home: string;
  videos: ListedVideo[];
}

const declaration = raw('<?xml version="1.0" encoding="utf-8"?>\n');

function pageOf({ home }: Feed, { uuid }: ListedVideo): string {
  return `${home}/w/${uuid}`;
}

function rss(feed: Feed) {
  const items = feed.videos.map(
    (video) =>
      html`<item><title>${video.name}</title><link>${pageOf(feed, video)}</link><guid>${video.url}</guid><pubDate>${video.publishedAt.toUTCString()}</pubDate><description>${video.description ?? ""}</description>${video.fileUrl ? html`<enclosure url="${video.fileUrl}" length="${video.size}" type="video/mp4"/>` : ""}</item>`,
  );
  return html`${declaration}<rss version="2.0"><channel><title>${feed.title}</title><link>${feed.home}</link><description>${feed.description}</description>${items}</channel></rss>`;
}

function atom(feed: Feed) {
  const updated = (feed.videos[0]?.publishedAt ?? new Date(0)).toISOString();
  const entries = feed.videos.map(
    (video) =>
      html`<entry><title>${video.name}</title><id>${video.url}</id><link href="${pageOf(feed, video)}"/><updated>${video.publishedAt.toISOString()}</updated><author><name>${video.accountName}</name></author><summary>${video.description ?? ""}</summary></entry>`,
  );
  return html`${declaration}<feed xmlns="http://www.w3.org/2005/Atom"><title>${feed.title}</title><id>${feed.home}</id><updated>${updated}</updated>${entries}</feed>`;
}

function json(feed: Feed): string {
  const items = feed.videos.map((video) => ({
    id: video.url,
    url: pageOf(feed, video),
    title: video.name,
    content_html: video.description ?? "",
    date_modified: video.publishedAt.toISOString(),
  }));
  const { title, description, home } = feed;
  return JSON.stringify({
    version: "https://jsonfeed.org/version/1",
    title,
    description,
    home_page_url: home,
    items,
  });
}

async function written(format: string, feed: Feed): Promise<string> {
  if (format.startsWith("json")) return json(feed);
  return String(await (format.startsWith("atom") ? atom(feed) : rss(feed)));
}

/** Returns the account or channel of a feed: by name, and host for those of other servers, or by number. */
async function authorOf({ pool }: Instance, c: Request): Promise<VideoQuery["author"] | "unknown"> {
  for (const kind of ["account", "channel"] as const) {
    const name = c.req.query(kind === "account" ? "accountName" : "videoChannelName");
    if (name !== undefined) {
      const wanted = name.includes("@") ? nameAndHost(name) : { name, host: null };
      const types: ("Person" | "Group")[] = [kind === "account" ? "Person" : "Group"];
      const known =
        wanted.host === null
          ? await actors.local(pool, types, name)
          : await actors.remote(pool, wanted.name, wanted.host);
      return known ? { kind, ...wanted } : "unknown";
    }
    const id = c.req.query(kind === "account" ? "accountId" : "videoChannelId");
    if (id !== undefined) {
      const table = kind === "account" ? "account" : "videoChannel";
      const statement = `SELECT x."preferredUsername" AS name FROM "${table}" t JOIN "actor" x ON x."id" = t."actorId" WHERE t."id"::text = $1`;
      const known = await row<{ name: string }>(pool, statement, [id]);
      return known ? { kind, name: known.name, host: null } : "unknown";
    }
  }
  return undefined;
}

/** `/feeds`: videos in four formats, an empty feed of comments, and the podcast feed of a channel. */
export function feedRoutes(instance: Instance): Hono {
  const app = new Hono();
  const cache = new Map<string, { until: number; text: string; type: string }>();

  async function answer(c: Request, format: string, videos: boolean): Promise<Response> {
    const type = types[format];
    if (!type)
      return problem(
        c,
        406,
        `You should accept at least one of the following content-types: ${[...new Set(Object.values(types))].join(", ")}`,
      );
    const key = c.req.url;
    const known = cache.get(key);
    const left = known ? Math.round((known.until - Date.now()) / 1000) : 0;
    if (known && left > 0)
      return c.body(known.text, 200, { "content-type": known.type, "cache-control": `max-age=${left}` });
    const author = await authorOf(instance, c);
    if (author === "unknown") return problem(c, 404, "Video channel or account not found");
    const { name, short_description } = instance.settings.instance;
    const isLocal = c.req.query("isLocal") === "true" || undefined;
    const query = { isLocal, author, start: 0, count: instance.settings.feeds.videos.count };
    const { data } = videos ? await listVideos(instance, query) : { data: [] };
    const feed = { title: name, description: short_description, home: instance.address.url, videos: data };
    const text = await written(format, feed);
    for (const [old, { until }] of cache) if (until < Date.now()) cache.delete(old);
    cache.set(key, { until: Date.now() + kept * 1000, text, type });
    return c.body(text, 200, { "content-type": type, "cache-control": `max-age=${kept}` });
  }

  app.get("/feeds/podcast/videos.xml", (c) =>
    c.req.query("videoChannelId") === undefined
      ? problem(c, 400, "Should have a videoChannelId")
      : answer(c, "rss", true),
  );
  app.get("/feeds/:file{videos\\.[a-z0-9]+}", (c) =>
    answer(c, c.req.param("file").slice("videos.".length), true),
  );
  app.get("/feeds/:file{video-comments\\.[a-z0-9]+}", (c) =>
    answer(c, c.req.param("file").slice("video-comments.".length), false),
  );
  app.get("/feeds/:file{subscriptions\\.[a-z0-9]+}", (c) =>
    problem(c, 400, "accountId should be a valid id"),
  );
  return app;
}
