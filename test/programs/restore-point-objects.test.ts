import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newest } from "../../components/recovery/points/chain.ts";
import { BucketClient } from "../../components/recovery/vault/bucket/client.ts";
import {
  bringBucket,
  exchangeBucket,
  previewBucket,
  releaseBucket,
} from "../../programs/restore-point/bucket/restore.ts";
import { previewRestore } from "../../programs/restore-point/restore.ts";
import type { Surroundings } from "../../programs/restore-point/surroundings.ts";
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

  const pointOf = (bucket: string, more: Pick<Partial<Surroundings>, "fetch"> = {}) => {
    const { settings, bucketKeys } = pod(bucket);
    const takenAt = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    return site.pointAt(takenAt, {
      ...{ settings, maySmaller: true, now: () => new Date() },
      ...(bucketKeys && { bucketKeys }),
      ...more,
    });
  };

  async function keepVersions(bucket: string): Promise<void> {
    const on = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    await client(bucket).ask({ method: "PUT", query: { versioning: "" }, body: Buffer.from(on) });
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

  test("an object that is larger than a store copies in one piece is refused by name, and nothing is changed", {
    timeout: 120_000,
  }, async () => {
    const of = client("videos");
    await of.ask({ method: "PUT" });
    await keepVersions("videos");
    await of.put("mastodon/film", Buffer.from("small"));
    await of.put("mastodon/picture", Buffer.from("picture"));
    const { sequence } = await pointOf("videos", {
      // The store says that the film is a byte larger than 5 GiB.
      async fetch(address, init) {
        const answer = await fetch(address, init);
        if (!new URL(address).searchParams.has("versions")) return answer;
        const text = (await answer.text()).replace("<Size>5</Size>", `<Size>${5 * 1024 ** 3 + 1}</Size>`);
        return new Response(text, { status: answer.status });
      },
    });
    const around = pod("videos");
    await of.put("mastodon/picture", Buffer.from("overwritten"));
    await bringBucket(sequence, around);
    await of.put("mastodon/film", Buffer.from("overwritten"));
    const before = await content("videos");
    for (const step of [bringBucket, (id: number, with_: Surroundings) => exchangeBucket(id, "there", with_)])
      await expect(step(sequence, around)).rejects.toThrow(
        "1 objects are larger than the 5 GiB that a store copies in one piece, the first of them mastodon/film. This step changed nothing",
      );
    expect(await content("videos")).toEqual(before);
  });
});
