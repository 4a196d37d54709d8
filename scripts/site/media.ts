import { randomBytes } from "node:crypto";
import type { Translated } from "../../components/foundation/language/language.ts";
import { BucketClient, BucketError, type Version } from "../../components/recovery/vault/bucket/client.ts";
import type { Fetch } from "../../components/recovery/vault/files.ts";
import { type BucketFinding, finding, judged, reach } from "./bucket-findings.ts";

/** Facts about the bucket of `media:`, from a trial with one small object. */
export interface MediaFacts {
  endpoint: string;
  bucket: string;
  /** Whether the bucket was asked for in the path of the address or in the host's name. */
  addressing: "path" | "host";
  /** Reason why the store could not be asked: its name, its certificate, its keys. */
  problem?: string;
  trial?: MediaTrial;
}

/** Results of the trial. Each was asked once, at once. */
interface MediaTrial {
  /** The object could be read and listed after it was written, and was the second one after it was written over. */
  isReadAtOnce: boolean;
  /** It was gone after it was deleted. */
  isGoneAtOnce: boolean;
  /** Its first version was still readable after that. */
  keepsVersions: boolean;
  /** Nothing of it is left. */
  isRemoved: boolean;
}

/** Tries the bucket of `media:` with the keys that pods have. Its object is deleted, with the versions that it has. */
export async function tryMedia(
  access: ConstructorParameters<typeof BucketClient>[0],
  fetch: Fetch,
): Promise<MediaFacts> {
  const { address: endpoint, bucket, addressing = "path" } = access;
  const known = { endpoint, bucket, addressing };
  try {
    return { ...known, trial: await oneObject(new BucketClient(access, fetch)) };
  } catch (error) {
    const text = (each: unknown) => (each instanceof Error ? each.message : String(each));
    const cause = error instanceof Error && error.cause !== undefined ? `: ${text(error.cause)}` : "";
    return { ...known, problem: `${text(error)}${cause}` };
  }
}

async function oneObject(client: BucketClient): Promise<MediaTrial> {
  const key = `site-check/${randomBytes(8).toString("hex")}`;
  try {
    const found = await triedAt(client, key);
    return { ...found, isRemoved: await isRemoved(client, key) };
  } catch (error) {
    await isRemoved(client, key).catch(() => false);
    throw error;
  }
}

async function triedAt(client: BucketClient, key: string): Promise<Omit<MediaTrial, "isRemoved">> {
  const [first, second] = [Buffer.from("first\n"), Buffer.from("second\n")];
  const reads = async (content: Buffer, version?: string) =>
    (await client.get(key, version))?.equals(content) === true;
  await client.put(key, first);
  const isRead = await reads(first);
  const isListed = (await client.list(key)).keys.get(key) === first.length;
  await client.put(key, second);
  const isReadOver = await reads(second);
  await client.delete(key);
  const isGoneAtOnce = (await client.get(key)) === undefined;
  let keepsVersions = false;
  for (const { id, isMarker } of await versionsOf(client, key))
    keepsVersions ||= !isMarker && (await reads(first, id));
  return { isReadAtOnce: isRead && isListed && isReadOver, isGoneAtOnce, keepsVersions };
}

async function isRemoved(client: BucketClient, key: string): Promise<boolean> {
  const versions = await versionsOf(client, key);
  try {
    if (versions.length === 0) await client.delete(key);
    for (const { id } of versions) await client.delete(key, id);
    return true;
  } catch (error) {
    if (error instanceof BucketError) return false;
    throw error;
  }
}

/** Returns the versions of an object; none of a store that knows none (Garage), or does not list them for these keys. */
async function versionsOf(client: BucketClient, key: string): Promise<Version[]> {
  try {
    return await client.versions(key);
  } catch (error) {
    if (error instanceof BucketError && (error.status < 500 || error.status === 501)) return [];
    throw error;
  }
}

const late: Translated = {
  en: "what was written, written over or deleted was not so at once: with more than one pod, one shows what another has changed already. Take a store that is consistent.",
  fr: "ce qui était écrit, réécrit ou effacé ne l’était pas aussitôt : à plusieurs pods, l’un montre ce que l’autre a déjà changé. Prenez un service cohérent.",
};

const left = finding("keys", "care", {
  en: "a few bytes of the trial stay below site-check/: these keys may not delete versions, or a lock keeps them.",
  fr: "quelques octets de l’essai restent sous site-check/ : ces clés ne peuvent pas effacer de versions, ou un verrou les garde.",
});

const ways: Readonly<Record<MediaFacts["addressing"], Translated>> = {
  path: { en: "by path", fr: "par le chemin" },
  host: { en: "by host name", fr: "par le nom d’hôte" },
};

/** Returns the findings about a bucket as the store of files that several pods share. Pure. */
export function mediaFindings({ endpoint, bucket, addressing, problem, trial }: MediaFacts): BucketFinding[] {
  const way = ways[addressing];
  if (trial === undefined)
    return [
      finding("reach", "stops", {
        en: `${bucket} at ${endpoint} cannot be asked, ${way.en}: ${problem}. Compare address, region, bucket and keys with what its operator says.`,
        fr: `${bucket} à ${endpoint} ne répond pas, ${way.fr} : ${problem}. Comparez l’adresse, la région, l’espace de stockage et les clés avec ce que dit l’opérateur.`,
      }),
    ];
  return [
    reach({ endpoint, bucket }),
    judged("reading", trial.isReadAtOnce && trial.isGoneAtOnce, {
      fits: {
        en: "what is written, written over or deleted is so at once",
        fr: "ce qui est écrit, réécrit ou effacé l’est aussitôt",
      },
      otherwise: late,
    }),
    judged("versions", trial.keepsVersions, {
      level: "care",
      fits: {
        en: "what is written over or deleted keeps its versions",
        fr: "ce qui est remplacé ou effacé garde ses versions",
      },
      otherwise: {
        en: "it keeps no versions: one deletion is for good, and no restore point is taken (docs/recovery.md). Turn versioning on.",
        fr: "il ne garde pas de versions : un effacement est définitif, et aucun point de restauration n’est pris. Activez les versions.",
      },
    }),
    ...(trial.isRemoved ? [] : [left]),
  ];
}
