import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BucketClient } from "../../../components/recovery/vault/bucket/client.ts";
import type { Surroundings } from "../surroundings.ts";
import { writeSorted } from "./lines.ts";

/** The bucket with a service's files. */
export interface Bucket {
  client: BucketClient;
  endpoint: string;
  bucket: string;
  prefix: string;
}

/** Returns the bucket with the service's files; undefined if it has none. */
export function bucketOf({
  settings,
  bucketKeys,
  fetch,
}: Pick<Surroundings, "settings" | "bucketKeys" | "fetch">): Bucket | undefined {
  if (settings.bucket === undefined) return undefined;
  if (bucketKeys === undefined) throw new Error("nothing opens the bucket with the service's files");
  const { endpoint, region, bucket, prefix, addressing } = settings.bucket;
  const access = { address: endpoint, region, bucket, addressing, ...bucketKeys };
  return { client: new BucketClient(access, fetch), endpoint, bucket, prefix };
}

/** Throws if the bucket keeps no versions now: what is written over or hidden there would be gone. */
export async function refuseWithoutVersions({ client, bucket }: Bucket): Promise<void> {
  const { versioning } = await client.lock();
  if (versioning === "Enabled") return;
  throw new Error(
    `the bucket ${bucket} keeps no versions now: what a restore writes over or hides there would be lost for good. Nothing was changed. Turn versioning on at its store (PutBucketVersioning), then run the same command again`,
  );
}

/** Writes every version of every object of the service to a file, sorted by key. */
export async function writeVersions({ client, prefix }: Bucket, file: string): Promise<void> {
  await writeSorted(client.versionPages(prefix), file);
}

/** Works with a folder of its own, which goes afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "bucket-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
