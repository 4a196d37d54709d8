import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Dispatcher, FormData, request } from "undici";

/** A service's name, as it stands in the declaration. */
export type ServiceName = "nextcloud" | "mastodon" | "peertube";

/** One write that a service acknowledged, and how to look whether it is still there. */
export interface Write {
  /** Address that shows it. */
  address: string;
  /** Says what is wrong with it now; nothing when it is there as it was written. */
  missing(): Promise<string | undefined>;
}

/** Writes one thing; throws when it was not acknowledged. */
export type Writer = () => Promise<Write>;

/** The account that writes, and the way to the services. */
export interface WriterArgs {
  url: string;
  dispatcher: Dispatcher;
  /** Value of the header `Authorization`. */
  authorization: string;
}

// A write that takes longer is given up: it is not counted as acknowledged.
const writing = { headersTimeout: 8000, bodyTimeout: 8000 };
// Whether something is there has to be known, however busy the machine is.
const reading = { headersTimeout: 120_000, bodyTimeout: 120_000 };

const video = readFileSync(new URL("../../../scripts/look/one-second.mp4", import.meta.url));

type Options = NonNullable<Parameters<typeof request>[1]>;

async function ask(url: string, { dispatcher }: WriterArgs, options: Options = {}) {
  const { statusCode, body } = await request(url, { dispatcher, ...reading, ...options });
  return { status: statusCode, body: Buffer.from(await body.arrayBuffer()) };
}

async function acknowledged(url: string, args: WriterArgs, options: Options, expected: number) {
  const { status, body } = await ask(url, args, { ...writing, ...options });
  if (status !== expected)
    throw new Error(`${status}: ${body.toString().replace(/\s+/g, " ").slice(0, 300)}`);
  return body;
}

/** An agent's files, over WebDAV. */
export function fileWriter(args: WriterArgs, user: string): Writer {
  return async () => {
    const content = randomBytes(4096);
    const address = `${args.url}/remote.php/dav/files/${user}/kill-pods-${randomBytes(6).toString("hex")}.bin`;
    const headers = { authorization: args.authorization };
    await acknowledged(address, args, { method: "PUT", headers, body: content }, 201);
    return {
      address,
      missing: async () => {
        const { status, body } = await ask(address, args, { headers });
        if (status !== 200) return `answered ${status}`;
        return body.equals(content) ? undefined : `${body.length} bytes that differ`;
      },
    };
  };
}

/** Public posts. */
export function postWriter(args: WriterArgs): Writer {
  return async () => {
    const text = `Essai ${randomBytes(8).toString("hex")}`;
    const headers = { authorization: args.authorization, "content-type": "application/json" };
    const body = JSON.stringify({ status: text, visibility: "public" });
    const made = await acknowledged(
      `${args.url}/api/v1/statuses`,
      args,
      { method: "POST", headers, body },
      200,
    );
    const { id } = JSON.parse(made.toString()) as { id: string };
    const address = `${args.url}/api/v1/statuses/${id}`;
    return { address, missing: async () => missingText(await ask(address, args), text) };
  };
}

/** Public videos of one second, each under a name of its own. */
export function videoWriter(args: WriterArgs, channel: number): Writer {
  return async () => {
    const name = `Essai ${randomBytes(8).toString("hex")}`;
    const form = new FormData();
    form.set("channelId", String(channel));
    form.set("name", name);
    form.set("privacy", "1");
    form.set("videofile", new File([video], "essai.mp4", { type: "video/mp4" }));
    const headers = { authorization: args.authorization };
    const made = await acknowledged(
      `${args.url}/api/v1/videos/upload`,
      args,
      { method: "POST", headers, body: form },
      200,
    );
    const { uuid } = (JSON.parse(made.toString()) as { video: { uuid: string } }).video;
    const address = `${args.url}/api/v1/videos/${uuid}`;
    return {
      address,
      missing: async () => {
        const shown = missingText(await ask(address, args), name);
        if (shown !== undefined) return shown;
        const file = `${args.url}/static/streaming-playlists/hls/${uuid}/${uuid}-fragmented.mp4`;
        const { status, body } = await ask(file, args);
        return status === 200 && body.equals(video)
          ? undefined
          : `its file answered ${status}, ${body.length} bytes`;
      },
    };
  };
}

function missingText({ status, body }: { status: number; body: Buffer }, text: string): string | undefined {
  if (status !== 200) return `answered ${status}`;
  return body.includes(text) ? undefined : "another text";
}

/** Logs a PeerTube account in and names its first channel. */
export async function peertubeLogin(
  url: string,
  account: { user: string; password: string },
  dispatcher: Dispatcher,
): Promise<{ authorization: string; channel: number }> {
  const args = { url, dispatcher, authorization: "" };
  const read = async <T>(path: string, options: Options = {}) =>
    JSON.parse((await acknowledged(`${url}${path}`, args, options, 200)).toString()) as T;
  const client = await read<Record<string, string>>("/api/v1/oauth-clients/local");
  const form = { ...client, grant_type: "password", username: account.user, password: account.password };
  const { access_token } = await read<{ access_token: string }>("/api/v1/users/token", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  });
  const authorization = `Bearer ${access_token}`;
  const me = await read<{ videoChannels: { id: number }[] }>("/api/v1/users/me", {
    headers: { authorization },
  });
  const channel = me.videoChannels[0]?.id;
  if (channel === undefined) throw new Error(`${account.user} has no channel on ${url}.`);
  return { authorization, channel };
}
