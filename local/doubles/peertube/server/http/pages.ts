import type { Context } from "hono";
import { Hono } from "hono";
import { html } from "hono/html";
import { privacy } from "../federation/videos.ts";
import type { Instance } from "../instance.ts";
import { problem } from "./problem.ts";
import { type ListedVideo, listVideos, videoBy } from "./videos.ts";

type Part = ReturnType<typeof html>;

function page({ settings, version }: Instance, title: string, content: Part | Part[]) {
  const { name } = settings.instance;
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} - ${name}</title>
<link rel="alternate" type="application/rss+xml" href="/feeds/videos.xml"></head>
<body><header><a href="/">${name}</a></header><main>${content}</main>
<footer>Double of PeerTube ${version} for a local cluster: this is not PeerTube.</footer></body></html>`;
}

function entry(video: ListedVideo) {
  return html`<li><a href="/w/${video.uuid}">${video.name}</a> ${video.channelTitle}${video.host ? ` (${video.host})` : ""}</li>`;
}

async function home(instance: Instance, c: Context): Promise<Response> {
  const { data } = await listVideos(instance, { start: 0, count: 50 });
  const { short_description } = instance.settings.instance;
  return c.html(page(instance, "Videos", html`<p>${short_description}</p><ul>${data.map(entry)}</ul>`));
}

async function watch(instance: Instance, c: Context): Promise<Response> {
  const video = await videoBy(instance, c.req.param("id") ?? "");
  if (!video?.followed || video.privacy > privacy.unlisted) return home(instance, c);
  const content = html`<h1>${video.name}</h1>
<video controls preload="none" src="${video.fileUrl ?? ""}"></video>
<p>${video.channelTitle} (${video.host ?? instance.address.host})</p><p>${video.description ?? ""}</p>`;
  return c.html(page(instance, video.name, content));
}

/** The pages, readable without JavaScript. Every path that nothing else answers is the home page, with 200. */
export function pageRoutes(instance: Instance): Hono {
  const app = new Hono();
  app.get("/w/:id", (c) => watch(instance, c));
  app.get("/videos/watch/:id", (c) => watch(instance, c));
  app.get("/videos/embed/:id", (c) => watch(instance, c));
  app.get("/socket.io/*", (c) => noSocket(c));
  app.get("/tracker/socket", (c) => noSocket(c));
  app.get("/.well-known/*", (c) => problem(c, 404, "Not found"));
  app.get("*", (c) => (wantsActivity(c) ? problem(c, 404, "Not found") : home(instance, c)));
  return app;
}

/** Whether another server asks, which a page would not help. */
function wantsActivity(c: Context): boolean {
  return /application\/(activity|ld)\+json/.test(c.req.header("accept") ?? "");
}

/**
 * The double has no events to tell, so that no WebSocket is accepted, and this is said: 426 shows that the question
 * came through as one for a WebSocket, 400 that it did not.
 */
function noSocket(c: Context): Response {
  const asked = c.req.header("upgrade")?.toLowerCase() === "websocket";
  if (!asked) return c.text("No question for a WebSocket.\n", 400);
  return c.text("This double accepts no WebSocket.\n", 426, { upgrade: "websocket", connection: "upgrade" });
}
