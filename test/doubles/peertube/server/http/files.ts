import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { Readable } from "node:stream";
import type { Context } from "hono";
import { Hono } from "hono";
import type { Instance } from "../instance.ts";
import { userOf } from "./oauth.ts";
import { problem } from "./problem.ts";

const types: Record<string, string> = { ".m3u8": "application/vnd.apple.mpegurl", ".mp4": "video/mp4" };

/** The bytes that a Range header asks for, or undefined for all of them, or `unsatisfiable`. */
export function byteRange(
  header: string | undefined,
  size: number,
): { from: number; to: number } | undefined | "unsatisfiable" {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return from > to || from >= size ? "unsatisfiable" : { from, to };
}

async function send(c: Context, path: string): Promise<Response> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return problem(c, 404, "File not found");
  const range = byteRange(c.req.header("range"), found.size);
  if (range === "unsatisfiable") return c.body(null, 416, { "content-range": `bytes */${found.size}` });
  const { from, to } = range ?? { from: 0, to: found.size - 1 };
  const headers: Record<string, string> = {
    "content-type": types[extname(path)] ?? "application/octet-stream",
    "content-length": String(to - from + 1),
    "accept-ranges": "bytes",
    "access-control-allow-origin": "*",
  };
  if (range) headers["content-range"] = `bytes ${from}-${to}/${found.size}`;
  if (c.req.method === "HEAD" || found.size === 0) return c.body(null, range ? 206 : 200, headers);
  const body = Readable.toWeb(createReadStream(path, { start: from, end: to })) as ReadableStream;
  return c.body(body, range ? 206 : 200, headers);
}

/** `/static/streaming-playlists/hls`: the files of videos, with byte ranges; private ones for those with a token. `/lazy-static`: what belongs to them. */
export function fileRoutes(instance: Instance): Hono {
  const app = new Hono();
  const hls = () => join(instance.folders.streaming_playlists ?? "", "hls");
  const safe = (...parts: string[]) => parts.every((part) => /^[\w-][\w.-]*$/.test(part));
  app.get("/static/streaming-playlists/hls/private/:uuid/:file", async (c) => {
    const { uuid, file } = c.req.param();
    const allowed = (await userOf(instance, c)) !== undefined;
    if (!allowed) return problem(c, 403, "Cannot get a private file without a token");
    return safe(uuid, file) ? send(c, join(hls(), "private", uuid, file)) : problem(c, 404, "File not found");
  });
  app.get("/static/streaming-playlists/hls/:uuid/:file", async (c) => {
    const { uuid, file } = c.req.param();
    return safe(uuid, file) ? send(c, join(hls(), uuid, file)) : problem(c, 404, "File not found");
  });
  for (const kind of ["torrents", "storyboards"])
    app.get(`/lazy-static/${kind}/:file`, async (c) => {
      const { file } = c.req.param();
      return safe(file)
        ? send(c, join(instance.folders[kind] ?? "", file))
        : problem(c, 404, "File not found");
    });
  return app;
}
