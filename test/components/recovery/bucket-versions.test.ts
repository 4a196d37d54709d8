import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { BucketClient } from "../../../components/recovery/vault/bucket/client.ts";
import { compareKeys, readLines, writeSorted } from "../../../programs/restore-point/bucket/lines.ts";
import { bringBucket, exchangeBucket } from "../../../programs/restore-point/bucket/restore.ts";
import type { Surroundings } from "../../../programs/restore-point/surroundings.ts";

const folder = mkdtempSync(join(tmpdir(), "versions-"));
afterAll(() => rmSync(folder, { recursive: true }));

const keys = { accessKey: "A", secretKey: "S" };
const access = { address: "https://s3.gra.test", region: "gra", bucket: "media", ...keys };
const version = (key: string) => `<Version><Key>${key}</Key><VersionId>1</VersionId></Version>`;

/** Asks a store for all versions that gives these answers, one after the other. */
async function versionsFrom(...answers: string[]): Promise<string[]> {
  const left = [...answers];
  const client = new BucketClient(access, async () => new Response(left.shift()));
  return (await client.versions("mastodon/")).map(({ key }) => key);
}

describe("a list of versions that is not whole", () => {
  const list = (text: string) => `<ListVersionsResult>${text}</ListVersionsResult>`;

  test("is every page of it, as far as the store says that there are more", async () => {
    const first = list(
      `${version("a")}<IsTruncated>true</IsTruncated><NextKeyMarker>a</NextKeyMarker><NextVersionIdMarker>1</NextVersionIdMarker>`,
    );
    expect(await versionsFrom(first, list(`${version("b")}<IsTruncated>false</IsTruncated>`))).toEqual([
      ...["a", "b"],
    ]);
    const cut = list(`${version("a")}<IsTruncated>true</IsTruncated>`);
    await expect(versionsFrom(cut)).rejects.toThrow("it goes on, and the store does not say where");
  });

  test("is no list: a point would have no objects, and a restore of it would hide all of them", async () => {
    for (const [answer, what] of [
      ["", "nothing"],
      ["<html><body>Please log in</body></html>", "html"],
      // What a store says that does not know the question.
      ["<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>", "ListBucketResult"],
    ] as const)
      await expect(versionsFrom(answer), answer).rejects.toThrow(
        `GET media?versions was answered with 200: ${what} in the place of a list of versions`,
      );
  });
});

test("a key with a separator of lines, which JSON writes as it is, is one line", async () => {
  const odd = ["a\u2028b", "a\u2029", "a", "a!", "é (1).png"].map((key) => ({ key, id: "1" }));
  const file = join(folder, "odd");
  await writeSorted(
    (async function* () {
      yield odd;
    })(),
    file,
  );
  const read: string[] = [];
  for await (const { key } of readLines<{ key: string }>(file)) read.push(key);
  expect(read).toEqual(odd.map(({ key }) => key).toSorted(compareKeys));
  // Node 24 reads two lines of it, Node 20 one.
  const lines = readFileSync(file, "utf8")
    .split(/[\n\u2028\u2029]/)
    .filter(Boolean);
  expect(lines).toHaveLength(odd.length);
});

test("nothing is exchanged in a bucket that keeps no versions any more: what is written over or hidden there is lost", async () => {
  const asked: string[] = [];
  const place = { endpoint: access.address, region: "gra", bucket: "media", prefix: "mastodon/" };
  const around = {
    settings: { bucket: { ...place, addressing: "path" } },
    bucketKeys: keys,
    fetch: async (address: string) => {
      asked.push(new URL(address).search);
      return address.includes("object-lock")
        ? new Response("<Error><Code>ObjectLockConfigurationNotFoundError</Code></Error>", { status: 404 })
        : new Response("<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>");
    },
  } as unknown as Surroundings;
  const steps = [() => bringBucket(1, around), () => exchangeBucket(1, "there", around)];
  for (const step of steps) await expect(step()).rejects.toThrow("the bucket media keeps no versions now");
  expect(new Set(asked)).toEqual(new Set(["?versioning=", "?object-lock="]));
});
