import { expect, test } from "vitest";
import { BucketClient } from "../../../components/recovery/vault/bucket/client.ts";
import { type CopySizes, copyInParts, uploadsOf } from "../../../components/recovery/vault/bucket/parts.ts";
import { changesOf, removeUploads } from "../../../programs/restore-point/bucket/changes.ts";
import { PartsStore } from "./parts-store.ts";

const sizes: CopySizes = { request: 100, part: 50 };
const film = Buffer.from(Array.from({ length: 240 }, (_, index) => index));

/** A store with a film of 240 bytes, of which one request copies 100. */
function opened({ part = 0, headers = {} } = {}) {
  const store = new PartsStore();
  const access = { address: "https://s3.gra.test", region: "gra", bucket: "videos", accessKey: "A" };
  const client = new BucketClient({ ...access, secretKey: "S" }, store.fetch);
  const id = String(store.put("videos/film", film, { part, headers }));
  const version = { key: "videos/film", id, etag: `"${store.versions[0]?.etag}"`, bytes: film.length };
  const bucket = { client, endpoint: access.address, bucket: access.bucket, prefix: "videos/" };
  return { store, client, version, bucket };
}

/** The versions of a bucket, as a file has them. */
async function* versionsOf(store: PartsStore) {
  for (const [index, { key, body, etag }] of store.versions.entries())
    yield {
      ...{ key, id: String(index + 1), isLatest: true, isMarker: false, at: "2026-12-03T10:00:00Z" },
      ...{ etag, bytes: body.length },
    };
}

test("a copy in parts has every byte, and what a copy in one piece keeps", async () => {
  const headers = {
    ...{ "content-type": "video/mp4", "cache-control": "max-age=60", "content-disposition": "inline" },
    ...{ "content-encoding": "identity", "x-amz-meta-title": "a film of \xe9t\xe9" },
  };
  const { store, client, version } = opened({ headers });
  await copyInParts(client, version, sizes);
  expect(store.ranges.toSorted((one, other) => Number(one.slice(6, 9)) - Number(other.slice(6, 9)))).toEqual([
    ...["bytes=0-49", "bytes=50-99", "bytes=100-149", "bytes=150-199", "bytes=200-239"],
  ]);
  expect(store.mostAtOnce).toBe(4);
  const copy = store.versions[1];
  expect(copy?.body).toEqual(film);
  expect(copy?.headers).toMatchObject(headers);
  expect(copy?.headers).not.toHaveProperty("server");
});

test("what came in parts is copied in the same ones: it has the same ETag, by which a later run passes over it", async () => {
  const { store, client, version } = opened({ part: 70 });
  await copyInParts(client, version, sizes);
  expect(store.ranges).toContain("bytes=70-139");
  expect(store.versions[1]?.etag).toBe(store.versions[0]?.etag);
});

test("an object is never copied in more parts than a store takes", async () => {
  const { store, client, version } = opened();
  store.lives = 3;
  const parts = copyInParts(client, { ...version, bytes: 10_001 }, { request: 100, part: 1 });
  await expect(parts).rejects.toThrow("cut");
  expect(store.ranges).toEqual(["bytes=0-1"]);
});

test("an error that is said with 200 is a failure, and nothing is left of the copy", async () => {
  const error = "<Error><Code>InternalError</Code><Message>try again</Message></Error>";
  for (const [step, answer, message] of [
    ["part", error, "PUT videos/film was answered with 200 InternalError: try again"],
    ["part", "<CopyPartResult></CopyPartResult>", "PUT videos/film was answered with 200: and with no ETag"],
    ["end", `\n  ${error}`, "POST videos/film was answered with 200 InternalError: try again"],
    ["end", "", "POST videos/film was answered with 200: and with no ETag"],
  ] as const) {
    const { store, client, version } = opened();
    store.answers[step] = answer;
    await expect(copyInParts(client, version, sizes)).rejects.toThrow(message);
    expect([...store.uploads]).toEqual([]);
    expect(store.versions).toHaveLength(1);
  }
  const { store, client } = opened();
  store.answers.whole = error;
  await expect(client.copy("videos/film", "1")).rejects.toThrow("answered with 200 InternalError: try again");
});

test("objects that are copied in parts are so one after the other, and none after one that failed", async () => {
  const { store, bucket, version } = opened();
  const { id, ...entry } = version;
  store.answers.part = "";
  const changes = changesOf(bucket, sizes);
  const copies = [1, 2, 3].map(() => changes.copy({ ...entry, version: id }));
  expect((await Promise.allSettled(copies)).map(({ status }) => status)).toEqual(Array(3).fill("rejected"));
  expect(store.mostAtOnce).toBe(4);
  expect(store.ranges.length).toBeLessThanOrEqual(4);
  await changes.copy({ ...entry, version: id, bytes: 100 }).catch(() => undefined);
  expect([...store.uploads]).toEqual([]);
});

test("what a run that was cut has left of a copy is removed by the next one, and no other upload is", async () => {
  const { store, client, version, bucket } = opened();
  store.put("videos/small", Buffer.from("small"));
  store.uploads.set("of-a-service", { key: "videos/small", headers: {}, parts: new Map() });
  store.uploads.set("of-another", { key: "pictures/film", headers: {}, parts: new Map() });
  store.lives = 4;
  await expect(copyInParts(client, version, sizes)).rejects.toThrow("cut");
  store.lives = Number.POSITIVE_INFINITY;
  expect((await uploadsOf(client, "videos/")).map(({ key }) => key)).toContain("videos/film");

  const said: string[] = [];
  const with_ = { sizes, say: (line: string) => said.push(line) };
  store.mayList = false;
  await removeUploads(bucket, versionsOf(store), with_);
  expect(said).toEqual([expect.stringContaining("Give the keys ListBucketMultipartUploads")]);
  store.mayList = true;
  await removeUploads(bucket, versionsOf(store), with_);
  expect([...store.uploads.keys()]).toEqual(["of-a-service", "of-another"]);
  expect(said).toHaveLength(1);
});

test("a bucket without a large object is not asked what was left", async () => {
  const { store, bucket } = opened();
  store.mayList = false;
  const say = (line: string) => expect(line).toBe("");
  await removeUploads(bucket, versionsOf(store), { sizes: { request: 240, part: 50 }, say });
});
