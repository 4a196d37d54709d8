import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BucketPart } from "../../../components/recovery/points/manifest.ts";
import { workFiles } from "../../../components/recovery/points/settings.ts";
import type { Version } from "../../../components/recovery/vault/bucket/client.ts";
import type { Restic } from "../restic.ts";
import type { Surroundings } from "../surroundings.ts";
import { grouped, readLines, writeSorted } from "./lines.ts";
import { type Entry, entryOf, type StoreMoment, storeMoment, versionAt } from "./list.ts";
import { type Bucket, bucketOf, inFolder, writeVersions } from "./versions.ts";

/** Name of the list in its snapshot. */
export const listName = "bucket.jsonl";

/**
 * Lists the version that each object of the service had at the moment of its rows, and puts the list into the repository.
 * Taken after the rows, since versions stay. Empty if its files are in no bucket.
 */
export async function listedBucket(
  restic: Restic,
  repository: string,
  around: Surroundings,
): Promise<BucketPart[]> {
  const bucket = bucketOf(around);
  if (bucket === undefined) return [];
  const { versioning } = await bucket.client.lock();
  if (versioning !== "Enabled") {
    throw new Error(
      `the bucket ${bucket.bucket} keeps no versions: what is written over there is lost, and no point could bring it back. Turn versioning on at its store (PutBucketVersioning), then take a point`,
    );
  }
  const takenAt = readFileSync(join(around.folders.work, workFiles.takenAt), "utf8").trim();
  const moment = storeMoment(takenAt, await clockOf(bucket, around));
  return inFolder(async (folder) => {
    const [all, list] = [join(folder, "versions"), join(folder, "list")];
    await writeVersions(bucket, all);
    const counts = { objects: 0, objectBytes: 0 };
    await writeSorted(entriesAt(readLines<Version>(all), moment, counts), list);
    const { commune } = around.settings;
    const summary = await restic.keep(list, listName, commune, ["bucket"]);
    const { id, files, bytes } = await restic.readBack(summary.snapshot_id);
    if (files !== 1 || bytes !== summary.total_bytes_processed)
      throw new Error(
        `the list has ${summary.total_bytes_processed} bytes, and the vault has ${bytes} of it`,
      );
    around.say(`${bucket.bucket}: ${counts.objects} objects, ${counts.objectBytes} bytes, which stay there`);
    const { endpoint, bucket: name, prefix } = bucket;
    return [{ kind: "bucket", endpoint, bucket: name, prefix, repository, snapshot: id, ...counts, bytes }];
  });
}

/** Yields what each object was at a moment, and counts. */
async function* entriesAt(
  versions: AsyncIterable<Version>,
  moment: StoreMoment,
  counts: { objects: number; objectBytes: number },
): AsyncGenerator<Entry[]> {
  for await (const { all } of grouped(versions)) {
    const version = versionAt(all, moment);
    if (version === undefined) continue;
    counts.objects += 1;
    counts.objectBytes += version.bytes;
    yield [entryOf(version)];
  }
}

/** Reads the store's clock, and between which times here; the one here where it says nothing. */
async function clockOf({ endpoint }: Bucket, { say }: Surroundings) {
  const sent = Date.now();
  const signal = AbortSignal.timeout(30_000);
  const answer = await fetch(endpoint, { redirect: "manual", signal }).catch(() => undefined);
  const answered = Date.now();
  const date = answer?.headers.get("date");
  if (date == null) say(`${endpoint} says no time: its clock is taken to be as the one here`);
  return { sent, answered, said: date == null ? sent : Date.parse(date) };
}
