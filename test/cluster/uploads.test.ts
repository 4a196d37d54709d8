import { request } from "undici";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { Kubectl } from "../../scripts/kubectl.ts";
import { agentFor, type Doorway } from "../../scripts/look/doorway.ts";
import { mastodonToken } from "../../scripts/look/token.ts";
import type { Outputs } from "../../scripts/stack.ts";
import { peertubeLogin } from "../campaigns/kill-pods/writers.ts";
import { Project } from "./project.ts";
import { bytesOf, measured, multipart, transports } from "./uploads/streamed.ts";

/**
 * Whoever sends a body without telling its length, through the ingress controller, finds all of it there: in every
 * service that the public sends files to. Schools publish over no HTTP (test/cluster/schools.test.ts).
 */
const cluster = openCluster(inject("cluster"));
const stack = "upload-town";
const sizes = [50_000, 200_000_000];
const seed = Number(process.env.UPLOADS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const ways = Object.keys(transports) as (keyof typeof transports)[];
let project: Project;
let doorway: Doorway;
let accounts: Outputs["accounts"];

beforeAll(async () => {
  console.log(`UPLOADS_SEED=${seed}`);
  project = new Project(cluster.environment);
  project.declare(
    stack,
    `id: ${stack}
name: Villeurbanne
insee: "69266"
domain: ${stack}.test
population: 2000
contact: numerique@villeurbanne.test
database: { storage: 1 GiB }
nextcloud: { storage: 2 GiB }
mastodon: {}
peertube: { storage: 4 GiB }
`,
  );
  await project.createStack(stack);
  await project.up(stack);
  const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
  doorway = { address: { host: hostname, port: Number(port) }, caFile: cluster.caFile };
  const told = await project.succeed("stack", "output", "--json", "--show-secrets", "-s", stack);
  ({ accounts } = JSON.parse(told) as Outputs);
});

afterAll(async () => {
  await project.end(stack);
});

const wanted = (bytes: number) => measured(bytesOf(bytes, seed));

/** Returns what somebody who reads it back gets. */
async function read(url: string, headers: Record<string, string> = {}) {
  const dispatcher = agentFor(doorway);
  try {
    const { statusCode, body } = await request(url, { dispatcher, headers });
    return { status: statusCode, ...(await measured(body)) };
  } finally {
    await dispatcher.close();
  }
}

function account(name: "nextcloud" | "mastodon" | "peertube") {
  const found = accounts[name];
  if (!found) throw new Error(`${name} has no account`);
  return found;
}

describe.each(ways)("over %s", (way) => {
  const send = (...[sending]: [Parameters<(typeof transports)[typeof way]>[1]]) =>
    transports[way](doorway, sending);

  test.each(sizes)("Nextcloud keeps a file of %i bytes whole", async (bytes) => {
    const { user, password } = account("nextcloud");
    const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
    const url = `https://cloud.${stack}.test/remote.php/dav/files/${user}/streamed-${bytes}-${ways.indexOf(way)}`;
    const { status } = await send({ method: "PUT", url, headers, body: bytesOf(bytes, seed) });
    expect(status).toBe(201);
    expect(await read(url, headers)).toEqual({ status: 200, ...(await wanted(bytes)) });
  });

  // 99 MB are the most that Mastodon itself takes.
  test.each([50_000, 90_000_000])("Mastodon keeps a picture or a film of %i bytes whole", async (bytes) => {
    const token = await mastodonToken(stack, account("mastodon").user, new Kubectl(cluster.environment));
    const form = multipart(
      {},
      { field: "file", name: "film.mp4", type: "video/mp4", content: bytesOf(bytes, seed) },
    );
    const headers = { authorization: `Bearer ${token}`, "content-type": form.type };
    const url = `https://social.${stack}.test/api/v2/media`;
    const { status, text } = await send({ method: "POST", url, headers, body: form.body });
    expect(status, text).toBe(200);
    const media = JSON.parse(text) as { url: string };
    expect(await read(media.url)).toEqual({ status: 200, ...(await wanted(bytes)) });
  });

  test.each(sizes)(
    "PeerTube keeps a video of %i bytes whole, in one request and in a part of a longer upload",
    async (bytes) => {
      const url = `https://video.${stack}.test`;
      const dispatcher = agentFor(doorway);
      const { authorization, channel } = await peertubeLogin(url, account("peertube"), dispatcher);
      const fields = { channelId: `${channel}`, name: `Conseil ${bytes}`, privacy: "1" };
      const file = (uuid: string) => `${url}/static/streaming-playlists/hls/${uuid}/${uuid}-fragmented.mp4`;
      const form = multipart(fields, {
        field: "videofile",
        name: "c.mp4",
        type: "video/mp4",
        content: bytesOf(bytes, seed),
      });
      const plain = await send({
        method: "POST",
        url: `${url}/api/v1/videos/upload`,
        headers: { authorization, "content-type": form.type },
        body: form.body,
      });
      expect(plain.status, plain.text).toBe(200);
      const begun = await request(`${url}/api/v1/videos/upload-resumable`, {
        dispatcher,
        method: "POST",
        headers: { authorization, "content-type": "application/json", "x-upload-content-length": `${bytes}` },
        body: JSON.stringify({ ...fields, filename: "c.mp4" }),
      });
      await begun.body.dump();
      await dispatcher.close();
      const part = await send({
        method: "PUT",
        url: `https:${begun.headers.location}`,
        headers: { authorization, "content-range": `bytes 0-${bytes - 1}/${bytes}` },
        body: bytesOf(bytes, seed),
      });
      expect(part.status, part.text).toBe(200);
      for (const { text } of [plain, part]) {
        const { video } = JSON.parse(text) as { video: { uuid: string } };
        expect(await read(file(video.uuid))).toEqual({ status: 200, ...(await wanted(bytes)) });
      }
    },
  );
});
