import { describe, expect, test } from "vitest";
import { peertubeProxy } from "../../../components/services/peertube/sidecar-proxy.ts";

const uuid = "9c9de5e8-0a1e-484a-b099-e80766180a6d";

interface Location {
  match: string;
  body: string;
}

/** The locations of the configuration, in their order. */
const locations: Location[] = [...peertubeProxy().matchAll(/location (\S.*?) \{\n((?:.*\n)*?) {4}\}/g)].map(
  ([, match = "", body = ""]) => ({ match, body }),
);

/** Returns nginx's location for a path: the first regular expression that matches, else the longest prefix. */
function taken(path: string): Location {
  const byExpression = locations.find(({ match }) => {
    const [, expression] = /^~ "(.*)"$/.exec(match) ?? [];
    return expression !== undefined && new RegExp(expression).test(path);
  });
  const [byPrefix] = locations
    .filter(({ match }) => match.startsWith("/") && path.startsWith(match))
    .sort((a, b) => b.match.length - a.match.length);
  const found = byExpression ?? byPrefix;
  if (found === undefined) throw new Error(`nothing takes ${path}`);
  return found;
}

const limit = (path: string) => /client_max_body_size (\w+);/.exec(taken(path).body)?.[1];
const fileOf = (path: string) => {
  const { match, body } = taken(path);
  const [, file] = /try_files (\S+) @peertube;/.exec(body) ?? [];
  const [, expression = ""] = /^~ "(.*)"$/.exec(match) ?? [];
  return file && path.replace(new RegExp(expression), file);
};

describe("uploads", () => {
  test.each([
    ["/api/v1/videos/upload-resumable", "0"],
    [`/api/v1/videos/${uuid}/source/replace-resumable`, "0"],
    ["/api/v1/users/3/imports/import-resumable", "0"],
    ["/api/v1/videos/upload", "24g"],
    [`/api/v1/videos/${uuid}/studio/edit`, "24g"],
    ["/api/v1/runners/jobs/abc/success", "12g"],
    ["/api/v1/runners/jobs/abc/update", "12g"],
  ])("%s may send %s, passed on as they arrive", (path, expected) => {
    expect(limit(path)).toBe(expected);
    expect(taken(path).body).toContain("proxy_request_buffering off;");
    expect(taken(path).body).toContain("proxy_pass http://127.0.0.1:9000;");
  });

  test.each([
    [`/api/v1/videos/${uuid}`, "12m"],
    ["/api/v1/users/me/avatar/pick", "12m"],
    ["/api/v1/video-channels/mairie/banner/pick", "12m"],
    ["/api/v1/users/token", "100k"],
    ["/inbox", "100k"],
    ["/api/v1/videos/upload-resumable/x", "12m"],
  ])("%s may send %s", (path, expected) => expect(limit(path)).toBe(expected));
});

describe("WebSockets", () => {
  test.each([
    "/socket.io/?EIO=4",
    "/tracker/socket",
    "/plugins/livechat/ws/x",
    "/plugins/livechat/14.0.4/ws/x",
  ])("pass at %s", (path) => expect(taken(path).body).toContain("proxy_set_header Upgrade $http_upgrade;"));

  test("of the tracker stay open longer than the 15 minutes between two announcements", () => {
    expect(taken("/tracker/socket").body).toContain("proxy_read_timeout 16m;");
    expect(taken("/tracker/socket").body.match(/proxy_read_timeout/g)).toHaveLength(1);
  });
});

describe("public files come from the volume", () => {
  test.each([
    [
      `/static/streaming-playlists/hls/${uuid}/${uuid}-720-fragmented.mp4`,
      `/streaming-playlists/hls/${uuid}/${uuid}-720-fragmented.mp4`,
    ],
    [`/static/web-videos/${uuid}-480.mp4`, `/web-videos/${uuid}-480.mp4`],
    [`/static/webseed/${uuid}-480.mp4`, `/web-videos/${uuid}-480.mp4`],
    [`/static/redundancy/hls/${uuid}/x-480.m3u8`, `/redundancy/hls/${uuid}/x-480.m3u8`],
  ])("%s", (path, file) => {
    expect(fileOf(path)).toBe(file);
    expect(taken(path).body).toContain('add_header Access-Control-Allow-Origin "*" always;');
    expect(taken(path).body).toContain("Strict-Transport-Security");
  });
});

describe("PeerTube is asked who may read", () => {
  test.each([
    `/static/streaming-playlists/hls/private/${uuid}/x-720-fragmented.mp4`,
    `/static/streaming-playlists/hls/private/${uuid}`,
    "/static/streaming-playlists/hls/private/x.mp4",
    `/static/web-videos/private/${uuid}-480.mp4`,
    `/static/webseed/private/${uuid}-480.mp4`,
    `/static/original-video-files/${uuid}.mp4`,
    "/static/streaming-playlists/secrets.json",
    `/static/streaming-playlists/hls/${uuid}/private/x.mp4`,
    "/static/web-videos/private",
    "/original-video-files/x.mp4",
    "/plugins/package.json",
    "/logs/peertube.log",
    "/lazy-static/thumbnails/x.jpg",
    "/download/videos/x-480.mp4",
    "/w/abc",
  ])("at %s", (path) => {
    expect(fileOf(path)).toBe(undefined);
    expect(taken(path).body).toContain("proxy_pass http://127.0.0.1:9000;");
  });
});

test("every limit stands where the request is proxied: a jump to a named location would lose it", () => {
  const jumping = locations.filter(({ body }) => body.includes("try_files"));
  expect(jumping.length).toBeGreaterThan(0);
  expect(jumping.every(({ body }) => !/client_max_body_size|proxy_request_buffering/.test(body))).toBe(true);
});

test("search engines may list the pages", () => expect(peertubeProxy()).not.toContain("X-Robots-Tag"));
