import { randomBytes } from "node:crypto";
import type { BucketAccess } from "../../components/recovery/vault/access.ts";
import {
  BucketClient,
  BucketError,
  type BucketLock,
  type Version,
} from "../../components/recovery/vault/bucket/client.ts";
import { lockDays } from "../../components/recovery/vault/bucket/lock.ts";
import { oldestOf } from "../../components/recovery/vault/bucket/rewind.ts";
import { readXml, textAt } from "../../components/recovery/vault/bucket/xml.ts";
import type { Fetch } from "../../components/recovery/vault/files.ts";

/** Facts about a bucket, from a trial of everything that a vault needs of it and that a thief would do. */
export interface BucketFacts {
  endpoint: string;
  bucket: string;
  /** Reason why the store could not be asked at all: its name, its certificate, its keys. */
  problem?: string;
  /** Seconds by which its clock is ahead of this machine's; undefined if it does not tell its time. */
  aheadSeconds?: number;
  lock?: BucketLock;
  neededDays: number;
  trial?: BucketTrial;
}

/** Results of a trial with one small object. */
export interface BucketTrial {
  /** The object could be read and listed at once. */
  isReadAtOnce: boolean;
  /** A second object of the same name was refused (`If-None-Match`). */
  refusesSecond: boolean;
  /** After it was written over and deleted, its first version was still there and readable. */
  keepsVersions: boolean;
  /** Its first version was copied into its place again. */
  comesBack: boolean;
  /** Deleting the first version by its id was refused, and it was still there. */
  refusesDeletion: boolean;
  /** Shortening its lock was refused. */
  refusesShortening: boolean;
  /** Days for which the first version is locked; 0 if it is not. */
  lockedDays: number;
  /** These keys may not change how the bucket locks. undefined if it locks nothing. */
  refusesOtherRule?: boolean;
}

const dayMs = 86_400_000;
const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/**
 * Tries a bucket for real, with the keys that pods have. A few bytes stay in it, below `site-check/`, for as long as it
 * locks new objects.
 */
export async function tryBucket(
  access: BucketAccess,
  fetch: Fetch,
  now: () => Date = () => new Date(),
): Promise<BucketFacts> {
  const known = { endpoint: access.address, bucket: access.bucket, neededDays: lockDays(access.keepDays) };
  let date: string | null = null;
  const client = new BucketClient(access, async (address, init) => {
    const answer = await fetch(address, init);
    date = answer.headers.get("date");
    return answer;
  });
  try {
    const lock = await client.lock();
    const aheadSeconds = date === null ? undefined : Math.round((Date.parse(date) - now().getTime()) / 1000);
    const trial = await oneObject(client, lock, now());
    return { ...known, ...(aheadSeconds !== undefined && { aheadSeconds }), lock, trial };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? `: ${textOf(error.cause)}` : "";
    return { ...known, problem: `${textOf(error)}${cause}` };
  }
}

async function oneObject(client: BucketClient, lock: BucketLock, now: Date): Promise<BucketTrial> {
  const key = `site-check/${now.toISOString().replace(/[^0-9]/g, "")}-${randomBytes(4).toString("hex")}`;
  const [own, others] = [Buffer.from("first\n"), Buffer.from("second\n")];
  await client.put(key, own, { isFirst: true });
  const isRead = (await client.get(key))?.equals(own) === true;
  const isListed = (await client.list(key)).keys.get(key) === own.length;
  const refusesSecond = await isRefused(() => client.put(key, others, { isFirst: true }));
  await client.put(key, others);
  await client.delete(key);
  const first = firstOf(await client.versions(key));
  const isThere = async () => first !== undefined && (await client.get(key, first.id))?.equals(own) === true;
  const keepsVersions = (await isThere()) && (await client.get(key)) === undefined;
  const tries =
    keepsVersions && first !== undefined ? await asThief(client, key, first, { lock, now }) : none;
  const isLeft = await isThere();
  let comesBack = false;
  if (isLeft && first !== undefined) {
    await client.copy(key, first.id);
    comesBack = (await client.get(key))?.equals(own) === true;
  }
  return {
    ...{ isReadAtOnce: isRead && isListed, refusesSecond, keepsVersions, comesBack },
    ...{ ...tries, refusesDeletion: tries.refusesDeletion && isLeft },
  };
}

type Tried = Pick<BucketTrial, "lockedDays" | "refusesShortening" | "refusesDeletion" | "refusesOtherRule">;

const none: Tried = { lockedDays: 0, refusesShortening: false, refusesDeletion: false };

/** Tries everything that a thief with the keys could do to a version before its day. The deletion comes last. */
async function asThief(
  client: BucketClient,
  key: string,
  { id }: Version,
  { lock, now }: { lock: BucketLock; now: Date },
): Promise<Tried> {
  const until = await retention(client, key, id);
  const sooner = new Date(now.getTime() + dayMs).toISOString();
  const refusesShortening = await isRefused(() =>
    client.ask({
      ...{ method: "PUT", key, query: { retention: "", versionId: id } },
      headers: { "x-amz-bypass-governance-retention": "true" },
      body: Buffer.from(
        `<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>${sooner}</RetainUntilDate></Retention>`,
      ),
    }),
  );
  // Writes the existing rule once more: keys that may do that could write another one.
  const refusesOtherRule =
    lock.mode === undefined
      ? undefined
      : await isRefused(() =>
          client.ask({
            ...{ method: "PUT", query: { "object-lock": "" } },
            body: Buffer.from(
              `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>${lock.mode}</Mode><Days>${lock.days}</Days></DefaultRetention></Rule></ObjectLockConfiguration>`,
            ),
          }),
        );
  const refusesDeletion = await isRefused(() =>
    client.ask({
      ...{ method: "DELETE", key, query: { versionId: id } },
      headers: { "x-amz-bypass-governance-retention": "true" },
    }),
  );
  return {
    lockedDays: until === undefined ? 0 : Math.floor((until.getTime() - now.getTime()) / dayMs + 1 / 24),
    ...{ refusesShortening, refusesDeletion },
    ...(refusesOtherRule !== undefined && { refusesOtherRule }),
  };
}

/** Returns the time until which a version is locked; undefined if it is not. */
async function retention(client: BucketClient, key: string, version: string): Promise<Date | undefined> {
  try {
    const answer = await client.ask({ key, query: { retention: "", versionId: version } });
    const until = textAt(readXml(await answer.text()), "RetainUntilDate");
    return until === undefined ? undefined : new Date(until);
  } catch (error) {
    if (error instanceof BucketError) return undefined;
    throw error;
  }
}

async function isRefused(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return false;
  } catch (error) {
    if (error instanceof BucketError && error.status < 500) return true;
    throw error;
  }
}

function firstOf(versions: readonly Version[]): Version | undefined {
  return oldestOf(versions).values().next().value;
}
