import { join } from "node:path";
import type { BucketPart, PointManifest } from "../../../components/recovery/points/manifest.ts";
import { nothingBrought, type RestorePreview } from "../../../components/recovery/points/settings.ts";
import type { Version } from "../../../components/recovery/vault/bucket/client.ts";
import { type CopySizes, copySizes } from "../../../components/recovery/vault/bucket/parts.ts";
import { found, fromAny, resticAt } from "../found.ts";
import type { Surroundings } from "../surroundings.ts";
import type { Way } from "../swap.ts";
import { messageOf, openVaults } from "../vaults.ts";
import { changesOf, removeUploads } from "./changes.ts";
import { applySteps, counted, type Difference, stepsTo } from "./difference.ts";
import { grouped, readLines, writeSorted } from "./lines.ts";
import { type Entry, entryOf, versionNow } from "./list.ts";
import { Progress, writeListed } from "./progress.ts";
import { type Bucket, bucketOf, inFolder, refuseWithoutVersions, writeVersions } from "./versions.ts";

/** A point's objects, the bucket that has them, and how far a restore of them is. */
interface Restored {
  bucket: Bucket;
  part: BucketPart;
  /** The vaults that answer. */
  hosts: readonly string[];
  progress: Progress;
}

/** Adds to a preview what becomes of objects. Changes nothing. */
export async function previewBucket(
  sequence: number,
  preview: RestorePreview,
  around: Surroundings,
): Promise<RestorePreview> {
  const one = await restoredOf(sequence, around);
  if (one === undefined) return preview;
  const { undone, returning, aside, bytes } = await toPoint(one, around, counted);
  return {
    ...preview,
    undone: preview.undone + undone,
    returning: preview.returning + returning,
    aside: preview.aside + aside,
    bytes: preview.bytes + bytes,
    isInPlace: preview.isInPlace && (await one.progress.newest()) === "there",
  };
}

/** Throws unless everything that the point lists can be had of the bucket. Changes nothing: the service serves. */
export async function bringBucket(sequence: number, around: Surroundings): Promise<void> {
  await refuseLoss(around);
  const one = await restoredOf(sequence, around);
  if (one === undefined) return;
  const { undone, returning, aside, lost } = await toPoint(one, around, counted);
  refuseLost(one, lost);
  if ((await one.progress.newest()) === "there" && undone + returning + aside > 0) {
    throw new Error(
      `${one.bucket.bucket} was put back to this point before and has changed since, and what was there before that is kept still. Take that back with --undo, or let go of it for good with --release, then restore again`,
    );
  }
  around.say(`${one.bucket.bucket}: every version that the point lists is there`);
}

/**
 * Makes the listed versions the newest, and marks what is not listed as deleted: those of the point, or those of before.
 * Nothing is deleted, and each run computes what is left, so one may be cut anywhere. Nobody uses the bucket meanwhile.
 *
 * @param sizes of what one request copies.
 */
export async function exchangeBucket(
  sequence: number,
  way: Way,
  around: Surroundings,
  sizes = copySizes,
): Promise<void> {
  if (way === "there") await refuseLoss(around);
  const one = await restoredOf(sequence, around);
  if (one === undefined) return;
  const mark = await one.progress.newest();
  const copying = { ...around, sizes };
  if (way === "there") await toThePoint(one, mark, copying);
  else if (mark === "aside" || mark === "there" || mark === "backing") await toBefore(one, mark, copying);
  else if (mark !== "back" && around.settings.volumes.length === 0)
    throw new Error(`${nothingBrought} to ${one.bucket.bucket} yet`);
  else return;
  const whose = way === "there" ? "the point's objects" : "the objects of before";
  around.say(`${one.bucket.bucket}: ${whose} are in place`);
}

/** Throws if what a restore writes over in the bucket, if there is one, would not stay. */
async function refuseLoss(around: Surroundings): Promise<void> {
  const bucket = bucketOf(around);
  if (bucket !== undefined) await refuseWithoutVersions(bucket);
}

type MarkOf = Awaited<ReturnType<Progress["newest"]>>;

/** Surroundings with the sizes of copies. */
type Copying = Surroundings & { sizes: CopySizes };

async function toThePoint(one: Restored, mark: MarkOf, around: Copying): Promise<void> {
  if (mark === "there") return;
  refuseLost(one, (await toPoint(one, around, counted)).lost);
  // What a run that was cut has kept is of before; what is there now is half-way.
  if (mark !== "aside" && mark !== "backing") {
    await inFolder(async (folder) => {
      const [all, list] = [join(folder, "versions"), join(folder, "list")];
      await writeVersions(one.bucket, all);
      await writeSorted(entriesNow(readLines<Version>(all)), list);
      await one.progress.keep("aside", list);
    });
  }
  await toPoint(one, around, async (steps, all) => {
    await removeUploads(one.bucket, readLines(all), around);
    await applySteps(steps, changesOf(one.bucket, around.sizes));
  });
  await one.progress.set("there");
}

async function toBefore(one: Restored, mark: MarkOf, around: Copying): Promise<void> {
  await refuseWithoutVersions(one.bucket);
  await inFolder(async (folder) => {
    const [list, all] = [join(folder, "list"), join(folder, "versions")];
    await one.progress.writeAside(list);
    await writeVersions(one.bucket, all);
    const steps = () => stepsTo(readLines<Entry>(list), readLines<Version>(all));
    refuseLost(one, (await counted(steps())).lost);
    if (mark !== "backing") await one.progress.set("backing");
    await removeUploads(one.bucket, readLines(all), around);
    await applySteps(steps(), changesOf(one.bucket, around.sizes));
    await one.progress.set("back");
  });
}

/** Lets go of the list of before. Its versions stay in the bucket for as long as it keeps them. Throws half-way. */
export async function releaseBucket(sequence: number, around: Surroundings): Promise<void> {
  const one = await restoredOf(sequence, around);
  const mark = await one?.progress.newest();
  if (one === undefined || mark === undefined || mark === "released") return;
  if (mark === "aside" || mark === "backing")
    throw new Error(`${one.bucket.bucket} is half-way ("${mark}"): go on, or back, first`);
  await one.progress.set("released");
}

async function* entriesNow(versions: AsyncIterable<Version>): AsyncGenerator<Entry[]> {
  for await (const { all } of grouped(versions)) {
    const now = versionNow(all);
    if (now !== undefined) yield [entryOf(now)];
  }
}

/** Works with the steps from what is in the bucket to the point, and with the file of every version in it. */
async function toPoint<T>(
  { bucket, part, hosts }: Restored,
  around: Surroundings,
  work: (steps: ReturnType<typeof stepsTo>, versions: string) => Promise<T>,
): Promise<T> {
  return inFolder(async (folder) => {
    const [list, all] = [join(folder, "list"), join(folder, "versions")];
    await fromAny(hosts, (host) => writeListed(resticAt(host, part, around), part.snapshot, list));
    await writeVersions(bucket, all);
    return work(stepsTo(readLines<Entry>(list), readLines<Version>(all)), all);
  });
}

function refuseLost({ bucket }: Restored, lost: Difference["lost"]): void {
  if (lost.count > 0) {
    throw new Error(
      `${lost.count} objects have no longer the version that is listed, the first of them ${lost.first}: ${bucket.bucket} let go of it, by a rule of its lifecycle or because somebody deleted it for good. No vault has objects. This step changed nothing`,
    );
  }
}

/** Returns what a restore of the service's objects is made of; undefined if it has none. */
async function restoredOf(sequence: number, around: Surroundings): Promise<Restored | undefined> {
  const bucket = bucketOf(around);
  if (bucket === undefined) return undefined;
  const { manifest, hosts: all } = await found(sequence, around);
  const part = partIn(manifest, bucket);
  const hosts = await answeringOf(all, part, around);
  const repositories = hosts.map((host) => ({ host, restic: resticAt(host, part, around) }));
  const { settings, say } = around;
  return {
    bucket,
    part,
    hosts,
    progress: new Progress(repositories, { sequence, commune: settings.commune, say }),
  };
}

/** Returns the vaults that give a repository's configuration: for one that does not, restic would wait 15 minutes at each step. */
async function answeringOf(
  hosts: readonly string[],
  { repository }: BucketPart,
  around: Surroundings,
): Promise<string[]> {
  const vaults = openVaults(around);
  const answers = hosts.map(async (host) => {
    try {
      const config = await vaults.find((vault) => vault.host === host)?.get(`${repository}/config`);
      if (config !== undefined) return [host];
      around.say(`the vault at ${host} has no ${repository}`);
    } catch (error) {
      around.say(`the vault at ${host} says nothing now: ${messageOf(error)}`);
    }
    return [];
  });
  return (await Promise.all(answers)).flat();
}

function partIn({ parts, sequence }: PointManifest, { endpoint, bucket, prefix }: Bucket): BucketPart {
  const part = parts.find((each) => each.kind === "bucket");
  if (part?.kind !== "bucket")
    throw new Error(`point ${sequence} has no list of objects: it was taken before there was a bucket`);
  const [was, is] = [part, { endpoint, bucket, prefix }].map(
    (of) => `${of.endpoint}/${of.bucket}/${of.prefix}`,
  );
  if (was !== is) throw new Error(`point ${sequence} is of objects in ${was}, and they are in ${is} now`);
  return part;
}
