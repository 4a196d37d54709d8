import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { transfer } from "../../components/foundation/program/transfer.ts";
import { newest } from "../../components/recovery/points/chain.ts";
import { BucketClient } from "../../components/recovery/vault/bucket/client.ts";
import { uploadsOf } from "../../components/recovery/vault/bucket/parts.ts";
import { readXml, textAt } from "../../components/recovery/vault/bucket/xml.ts";
import {
  bringBucket,
  exchangeBucket,
  previewBucket,
  releaseBucket,
} from "../../programs/restore-point/bucket/restore.ts";
import { previewRestore } from "../../programs/restore-point/restore.ts";
import type { Surroundings } from "../../programs/restore-point/surroundings.ts";
import type { Way } from "../../programs/restore-point/swap.ts";
import { seaweedfs } from "../seaweedfs/build.ts";
import { operator, Store } from "../seaweedfs/store.ts";
import { CopiedSite } from "./restore-point/site.ts";
import { installRestic } from "./vault/restic.ts";

/** `npm run test:all -- programs/restore-point-objects`, not in CI: it builds the store from its Go module. */
describe("restore points of a bucket of SeaweedFS, with Debian's restic", () => {
  let store: Store;
  let site: CopiedSite;
  beforeAll(async () => {
    await installRestic();
    store = await Store.open(await seaweedfs(), 1);
    site = await CopiedSite.open();
  }, 1_200_000);
  afterAll(async () => {
    await site.close();
    await store.close();
  });

  const client = (bucket: string) => new BucketClient({ ...store.access(1), bucket, ...operator }, fetch);

  /** A pod of a service that has nothing but rows and this bucket. */
  function pod(bucket: string): Surroundings {
    const { address: endpoint, region } = store.access(1);
    const around = site.pod({ now: () => new Date(), bucketKeys: operator });
    const place = { endpoint, region, bucket, prefix: "mastodon/", addressing: "path" as const };
    return { ...around, settings: { ...around.settings, volumes: [], bucket: place } };
  }

  const pointOf = (bucket: string) => {
    const { settings, bucketKeys } = pod(bucket);
    const takenAt = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    return site.pointAt(takenAt, {
      ...{ settings, maySmaller: true, now: () => new Date() },
      ...(bucketKeys && { bucketKeys }),
    });
  };

  async function keepVersions(bucket: string, status = "Enabled"): Promise<void> {
    const text = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`;
    await client(bucket).ask({ method: "PUT", query: { versioning: "" }, body: Buffer.from(text) });
  }

  async function content(bucket: string): Promise<Record<string, string>> {
    const of = client(bucket);
    const keys = [...(await of.list("")).keys.keys()].sort();
    const texts = await Promise.all(keys.map(async (key) => [key, String(await of.get(key))] as const));
    return Object.fromEntries(texts);
  }

  test("an overwritten, a deleted and a new object go back to a point, and there again; what a rule removed is refused", {
    timeout: 180_000,
  }, async () => {
    const of = client("media");
    await of.ask({ method: "PUT" });
    const write = (name: string, text: string) => of.put(name, Buffer.from(text));
    await expect(pointOf("media")).rejects.toThrow("keeps no versions");

    await keepVersions("media");
    for (let index = 0; index < 40; index += 1) await write(`mastodon/urn:oid:${index}`, `first ${index}`);
    await write("mastodon/é (1).png", "with a name");
    await write("peertube/video", "of another service");
    await sleep(3000);
    const { sequence } = await pointOf("media");
    const then = await content("media");
    await sleep(4000);
    await write("mastodon/urn:oid:1", "overwritten");
    await write("mastodon/é (1).png", "overwritten");
    await of.delete("mastodon/urn:oid:2");
    await write("mastodon/urn:oid:new", "new");
    const before = await content("media");
    const around = pod("media");

    const { parts } = site.opened(newest(await site.chain()));
    expect(parts.map(({ kind }) => kind)).toEqual(["dump", "bucket"]);
    expect(parts[1]).toMatchObject({ objects: 41, bucket: "media", prefix: "mastodon/" });
    const preview = async () => previewBucket(sequence, await previewRestore(sequence, around), around);
    expect(await preview()).toMatchObject({ undone: 2, returning: 1, aside: 1, isInPlace: false });
    await expect(exchangeBucket(sequence, "back", around)).rejects.toThrow("nothing was brought");
    await bringBucket(sequence, around);
    await exchangeBucket(sequence, "there", around);
    expect(await content("media")).toEqual(then);
    expect(await preview()).toMatchObject({ undone: 0, returning: 0, aside: 0, isInPlace: true });
    await keepVersions("media", "Suspended");
    await expect(exchangeBucket(sequence, "back", around)).rejects.toThrow("keeps no versions now");
    expect(await content("media")).toEqual(then);
    await keepVersions("media");
    const silent = { ...around, access: site.without("lyon") };
    await exchangeBucket(sequence, "back", silent);
    expect(site.said).toContainEqual(expect.stringMatching(/^the vault at lyon says nothing now: /));
    expect(await content("media")).toEqual(before);
    await exchangeBucket(sequence, "there", around);
    expect(await content("media")).toEqual(then);
    await releaseBucket(sequence, around);

    const versions = await of.versions("mastodon/urn:oid:3");
    const first = versions.find(({ key }) => key === "mastodon/urn:oid:3");
    await write("mastodon/urn:oid:3", "overwritten");
    await of.delete("mastodon/urn:oid:3", first?.id);
    const left = await content("media");
    for (const step of [bringBucket, (id: number, with_: Surroundings) => exchangeBucket(id, "there", with_)])
      await expect(step(sequence, around)).rejects.toThrow(
        "1 objects have no longer the version that is listed, the first of them mastodon/urn:oid:3",
      );
    expect(await content("media")).toEqual(left);
  });

  test("a rule that removes old versions before points go is told when one is taken", {
    timeout: 120_000,
  }, async () => {
    const of = client("tidied");
    await of.ask({ method: "PUT" });
    await keepVersions("tidied");
    await of.put("mastodon/picture", Buffer.from("picture"));
    const told = () => site.said.filter((line) => line.startsWith("the bucket tidied"));
    await pointOf("tidied");
    expect(told()).toEqual([]);
    const rule =
      "<Rule><ID>tidy</ID><Status>Enabled</Status><Filter><Prefix>mastodon/</Prefix></Filter><NoncurrentVersionExpiration><NoncurrentDays>30</NoncurrentDays></NoncurrentVersionExpiration></Rule>";
    const body = Buffer.from(`<LifecycleConfiguration>${rule}</LifecycleConfiguration>`);
    await of.ask({ method: "PUT", query: { lifecycle: "" }, body });
    await pointOf("tidied");
    expect(told()).toEqual([
      expect.stringMatching(/^the bucket tidied removes .* after 30 days \(rule "tidy" .* kept for 90: /),
    ]);
  });

  test("what one request does not copy is copied in parts, and what is left of a run that was cut goes with the next one", {
    timeout: 240_000,
  }, async () => {
    const of = client("videos");
    await of.ask({ method: "PUT" });
    await keepVersions("videos");
    const headers = {
      ...{ "content-type": "video/mp4", "cache-control": "max-age=60", "content-language": "fr" },
      ...{
        "content-disposition": "inline",
        "x-amz-meta-title": Buffer.from("Fête  à Bron").toString("latin1"),
      },
    };
    const MiB = 1024 ** 2;
    const [whole, film] = [randomBytes(12 * MiB), randomBytes(12 * MiB)];
    const keys = { whole: "mastodon/whole (1)", film: "mastodon/film" };
    await of.ask({ method: "PUT", key: keys.whole, body: whole, headers });
    await putInParts(of, keys.film, [film.subarray(0, 6 * MiB), film.subarray(6 * MiB)], headers);
    await sleep(3000);
    const { sequence } = await pointOf("videos");
    await sleep(4000);
    for (const key of Object.values(keys)) await of.put(key, Buffer.from("overwritten"));

    const around = { ...pod("videos"), fetch: transfer };
    const sizes = { request: 10 * MiB, part: 5 * MiB };
    const step = (way: Way, more: Partial<Surroundings> = {}) =>
      exchangeBucket(sequence, way, { ...around, ...more }, sizes);
    const uploads = async () => (await uploadsOf(of, "mastodon/")).map(({ key }) => key);
    const text = async (key: string) => String(await of.get(key));
    await bringBucket(sequence, around);
    await expect(step("there", { fetch: cutAtPart(2) })).rejects.toThrow("cut");
    expect(await uploads()).toEqual([keys.film]);
    await step("there");
    expect(await uploads()).toEqual([]);
    expect((await of.get(keys.film))?.equals(film)).toBe(true);
    expect((await of.get(keys.whole))?.equals(whole)).toBe(true);
    for (const key of Object.values(keys)) {
      const { headers: said } = await of.ask({ method: "HEAD", key });
      expect(Object.fromEntries(said)).toMatchObject(headers);
    }
    // The film came in parts and has the ETag that it had; what came whole has another one.
    const files = await previewRestore(sequence, around);
    expect(await previewBucket(sequence, files, around)).toMatchObject({ undone: 1, bytes: 12 * MiB });

    await step("back");
    expect(await text(keys.film)).toBe("overwritten");
    await expect(step("there", { fetch: cutAtPart(2) })).rejects.toThrow("cut");
    expect(await uploads()).toEqual([keys.film]);
    await step("back");
    expect(await uploads()).toEqual([]);
    expect([await text(keys.film), await text(keys.whole)]).toEqual(["overwritten", "overwritten"]);
  });
});

/** Writes an object as those who upload large ones do. */
async function putInParts(
  client: BucketClient,
  key: string,
  parts: readonly Buffer<ArrayBuffer>[],
  headers: Record<string, string>,
): Promise<void> {
  const begun = await client.ask({ method: "POST", key, query: { uploads: "" }, headers });
  const uploadId = textAt(readXml(await begun.text()), "UploadId") ?? "";
  const put = parts.map(async (body, index) => {
    const query = { partNumber: String(index + 1), uploadId };
    const { headers: said } = await client.ask({ method: "PUT", key, query, body });
    return `<Part><PartNumber>${index + 1}</PartNumber><ETag>${said.get("etag")}</ETag></Part>`;
  });
  const text = `<CompleteMultipartUpload>${(await Promise.all(put)).join("")}</CompleteMultipartUpload>`;
  await client.made({ method: "POST", key, query: { uploadId }, body: Buffer.from(text) });
}

/** Sends requests until a part of an object is copied, and none from then on: the pod is gone. */
function cutAtPart(number: number): Surroundings["fetch"] {
  let isGone = false;
  return async (address, init) => {
    isGone ||= new URL(address).searchParams.get("partNumber") === String(number);
    if (isGone) throw new Error("cut");
    return transfer(address, init);
  };
}
