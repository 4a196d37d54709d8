import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { peertubePoint } from "../../../components/services/peertube/restore-point.ts";
import { transcodingConfigMap } from "../../../components/services/peertube/transcode-again.ts";
import { PeertubeServer } from "./peertube-server.ts";
import { specOf } from "./peertube-spec.ts";

let server: PeertubeServer;
let root: Record<string, string>;

beforeAll(async () => {
  server = await PeertubeServer.open();
  root = await server.logIn();
}, 120_000);

afterAll(async () => {
  await server?.close();
});

const json = async <T>(path: string, headers = root) =>
  (await (await server.ask("GET", path, { headers })).json()) as T;

const stateOf = async (uuid: string) =>
  (await json<{ state: { id: number; label: string } }>(`/api/v1/videos/${uuid}`)).state;

/** Does what a restore with rows does beside the files and the rows themselves, which here stay those of the point. */
async function restoreRows(): Promise<void> {
  await server.stop();
  server.cache.flushAll();
  await server.start();
}

/** Deletes from the volume what restore points leave out: a restore to an empty volume does not bring it back. */
function losingWhatNoPointHas(): void {
  for (const { excluded } of peertubePoint().volumes)
    for (const name of excluded) rmSync(join(server.data, name), { recursive: true, force: true });
}

/** Tells the service that its rows went back, as its CronJob does. */
async function tell(password = server.password) {
  const [after, ...others] = peertubePoint().afterAll;
  expect(others).toEqual([]);
  const { data } = transcodingConfigMap(specOf());
  const files: Record<string, string> = {
    "/etc/peertube/transcoding.mjs": server.write("transcoding.mjs", data["transcoding.mjs"] ?? ""),
    "/etc/peertube/transcoding.json": server.write(
      "transcoding.json",
      JSON.stringify({ server: `http://${server.host}`, host: server.host }),
    ),
    "/run/secrets/peertube/root-password": server.write("root-password", password),
  };
  const [program = "", ...words] = (after?.command ?? []).map((word) => files[word] ?? word);
  return execa(program, words, { all: true, reject: false });
}

describe("after a restore with rows", () => {
  test("videos that were being transcoded are transcoded again, of every privacy, once", async () => {
    const done = await server.upload(root);
    await server.cache.work();
    const [open, secret] = [await server.upload(root), await server.upload(root, 3)];
    expect(await stateOf(open)).toEqual({ id: 2, label: "To transcode" });
    await restoreRows();
    await server.cache.work();
    // As the real one: the state is a row, and its job is nowhere; asked plainly it refuses.
    expect([await stateOf(open), await stateOf(secret)].map(({ id }) => id)).toEqual([2, 2]);
    const plainly = await server.ask("POST", `/api/v1/videos/${open}/transcoding`, {
      headers: { ...root, "content-type": "application/json" },
      body: JSON.stringify({ transcodingType: "hls" }),
    });
    expect({ status: plainly.status, ...((await plainly.json()) as object) }).toMatchObject({
      status: 409,
      code: "video_already_being_transcoded",
    });

    const { exitCode, all } = await tell();
    expect({ exitCode, lines: all?.split("\n").sort() }).toEqual({
      exitCode: 0,
      lines: [open, secret].map((uuid) => `Video ${uuid} is transcoded again: its job was lost.`).sort(),
    });
    expect(await tell()).toMatchObject({ exitCode: 0, all: "" });
    expect(server.cache.jobs.map(({ data }) => data.videoUUID).sort()).toEqual([open, secret].sort());
    await server.cache.work();
    for (const uuid of [done, open, secret])
      expect(await stateOf(uuid), uuid).toEqual({ id: 1, label: "Published" });
  });

  test("it says that root's password was changed, and not which one it tried", async () => {
    const { exitCode, all } = await tell("an-old-one");
    expect(exitCode).toBe(1);
    expect(all).toContain("root cannot log in with its first password");
    expect(all).not.toContain("an-old-one");
  });

  test("all that belongs to a video is there: nothing makes it again", async () => {
    const uuid = await server.upload(root);
    await server.cache.work();
    await server.stop();
    losingWhatNoPointHas();
    await server.start();
    const { streamingPlaylists } = await json<{
      streamingPlaylists: { playlistUrl: string; files: { fileUrl: string; torrentUrl: string }[] }[];
    }>(`/api/v1/videos/${uuid}`);
    const { storyboards } = await json<{ storyboards: { storyboardPath: string }[] }>(
      `/api/v1/videos/${uuid}/storyboards`,
    );
    const addresses = [
      ...streamingPlaylists.flatMap(({ playlistUrl, files }) => [
        playlistUrl,
        ...files.flatMap(({ fileUrl, torrentUrl }) => [fileUrl, torrentUrl]),
      ]),
      ...storyboards.map(({ storyboardPath }) => `http://${server.host}${storyboardPath}`),
    ];
    expect(addresses).toHaveLength(4);
    for (const address of addresses) expect((await fetch(address)).status, address).toBe(200);
  });

  test("exports that people have asked for are in no point", async () => {
    const headers = { ...root, "content-type": "application/json" };
    const asked = await server.ask("POST", "/api/v1/users/1/exports/request", {
      headers,
      body: JSON.stringify({ withVideoFiles: true }),
    });
    expect(asked.status).toBe(200);
    const folder = join(server.data, "tmp-persistent");
    expect(readdirSync(folder)).toHaveLength(1);
    await server.stop();
    losingWhatNoPointHas();
    expect(existsSync(folder)).toBe(false);
    await server.start();
  });

  test("the letter that lets somebody choose a password is worth nothing any more", async () => {
    const headers = { ...root, "content-type": "application/json" };
    const invite = async (username: string) => {
      const answer = await server.ask("POST", "/api/v1/users", {
        headers,
        body: JSON.stringify({ username, password: "", email: `${username}@example.test`, role: 2 }),
      });
      return ((await answer.json()) as { user: { id: number } }).user.id;
    };
    const choose = async (user: number, verificationString: string | undefined) => {
      const body = JSON.stringify({ verificationString, password: "a good one" });
      const options = { headers: { "content-type": "application/json" }, body };
      return (await server.ask("POST", `/api/v1/users/${user}/reset-password`, options)).status;
    };
    const [anna, bela] = [await invite("anna"), await invite("bela")];
    expect(await choose(anna, server.cache.letterOf(anna))).toBe(204);
    const letter = server.cache.letterOf(bela);
    await restoreRows();
    expect(await choose(bela, letter)).toBe(403);
  });
});

test("an upload in chunks does not go on after the server started again", async () => {
  const headers = { ...root, "content-type": "application/json", "x-upload-content-length": "10" };
  const body = JSON.stringify({ channelId: 1, name: "Long", filename: "long.mp4" });
  const begun = await server.ask("POST", "/api/v1/videos/upload-resumable", { headers, body });
  const way = new URL(begun.headers.get("location") ?? "", "http://x");
  const goOn = (range: string, part?: string) =>
    server.ask("PUT", `${way.pathname}${way.search}`, {
      headers: { ...root, "content-range": range },
      ...(part !== undefined && { body: part }),
    });
  expect((await goOn("bytes 0-4/10", "01234")).status).toBe(308);
  await server.stop();
  await server.start();
  expect((await goOn("bytes 5-9/10", "56789")).status).toBe(404);
});
