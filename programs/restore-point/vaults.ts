import { Patience } from "../../components/foundation/program/patience.ts";
import { latestIncarnation } from "../../components/recovery/incarnation.ts";
import { type Head, hashOf, pointName, sequencesIn } from "../../components/recovery/points/head.ts";
import { judgePoint, type KeptPoint } from "../../components/recovery/points/sealed.ts";
import { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import type { Surroundings } from "./surroundings.ts";

/** Seconds between the clock here and a vault's that are too many. */
const largestDrift = 60;

const dayMs = 24 * 3_600_000;

/** The vaults of a service's points, the first one first. */
export function openVaults({
  settings,
  access,
  fetch,
}: Pick<Surroundings, "settings" | "access" | "fetch">): OpenVault[] {
  return settings.vaults.map((host) => {
    const opens = access[host];
    if (opens === undefined) throw new Error(`nothing opens the vault at ${host}`);
    return new OpenVault(host, opens, fetch);
  });
}

/** A vault that answers, the names that were created once there, and the newest point of the service. */
export interface AnsweringVault {
  vault: OpenVault;
  names: string[];
  newest: KeptPoint | undefined;
}

/**
 * Returns the vaults that answer, in the order in which they are declared. A vault may have learned of this service a moment
 * ago: until one has answered, each is asked again for a while. Throws if none answers, or if a later site took over.
 */
export async function answering(around: Surroundings): Promise<[AnsweringVault, ...AnsweringVault[]]> {
  const { say, patienceSeconds } = around;
  const found: AnsweringVault[] = [];
  const silent: string[] = [];
  for (const vault of openVaults(around)) {
    try {
      const patience = new Patience(found.length === 0 ? patienceSeconds : 0, say);
      const names = await patience.ask(`the vault at ${vault.host}`, () => vault.once(), messageOf);
      found.push({ vault, names, newest: await newestAt(vault, names, around) });
    } catch (error) {
      silent.push(messageOf(error));
      say(`the vault at ${vault.host} says nothing now: ${messageOf(error)}`);
    }
  }
  const [first, ...others] = found;
  if (first === undefined) throw new Error(`no vault answers. ${silent.join("; ")}`);
  refuseReplaced(found, around);
  return [first, ...others];
}

export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Most names at a vault that are looked through for the newest point. */
const mostLookedAt = 1000;

/** Returns the newest point that a vault has, of those that the commune signed. Anything else with such a name is ignored. */
async function newestAt(
  vault: OpenVault,
  names: readonly string[],
  { settings, identity, say }: Surroundings,
): Promise<KeptPoint | undefined> {
  const { service } = settings;
  for (const sequence of sequencesIn(service, names).slice(0, mostLookedAt)) {
    const name = pointName(service, sequence);
    const text = await vault.get(`once/${name}`);
    const { point, problem } = judgePoint(text?.toString("utf8") ?? "", settings, identity.publicKey);
    if (point?.head.sequence === sequence) return point;
    say(`${name} at ${vault.host} counts for nothing: ${problem ?? "it is another one"}`);
  }
  return undefined;
}

/** The later of two. */
export function later(one: KeptPoint | undefined, other: KeptPoint | undefined): KeptPoint | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.head.sequence > one.head.sequence ? other : one;
}

/**
 * Throws if every vault that answers knows of a later site of the commune: the copies are that one's. One host's word alone
 * would stop those at all others; where a later site has written, its vault takes nothing more from this one.
 */
function refuseReplaced(
  found: readonly AnsweringVault[],
  { settings: { incarnation: own }, say }: Surroundings,
): void {
  const later = found.flatMap(({ vault, names }) => {
    const latest = latestIncarnation(names);
    return latest > own ? [{ host: vault.host, latest }] : [];
  });
  if (later.length === found.length) {
    const latest = later.reduce((least, each) => Math.min(least, each.latest), Number.POSITIVE_INFINITY);
    throw new Error(
      `every vault that answers knows of incarnation ${latest} of this commune, and this one is ${own}: another site took its place`,
    );
  }
  for (const { host, latest } of later)
    say(
      `the vault at ${host} alone knows of incarnation ${latest} of this commune: the others are written to`,
    );
}

/** Time without a new point after which the vaults take turns, milliseconds: there is one a day at least. */
const lateMs = 36 * 3_600_000;

/**
 * Returns the vaults in the order in which they are tried. If no point has come about for a day and a half, they take
 * turns, another one first each day: the first one may take everything, and never the point.
 */
export function inTurn<Vault>(
  vaults: readonly Vault[],
  newest: Pick<Head, "takenAt"> | undefined,
  now: Date,
): Vault[] {
  const isLate = newest !== undefined && now.getTime() - Date.parse(newest.takenAt) > lateMs;
  const begin = isLate ? Math.floor(now.getTime() / dayMs) % vaults.length : 0;
  return [...vaults.slice(begin), ...vaults.slice(0, begin)];
}

/** Reports that the clock of a vault differs. */
export function compareClocks(vaultDate: string, { now, say }: Surroundings, host: string): void {
  const seconds = Math.round((now().getTime() - Date.parse(vaultDate)) / 1000);
  if (Math.abs(seconds) <= largestDrift) return;
  const how = seconds > 0 ? `${seconds} s ahead of` : `${-seconds} s behind`;
  say(`the clock here is ${how} that of the vault at ${host}: one of the two is wrong`);
}

/** A point that was taken, and what was proved with it. */
export interface TakenPoint {
  head: Head;
  /** Time at which everything that a vault lists was proved there, ISO 8601, by host. */
  proved: Readonly<Record<string, string>>;
  /** Repositories of earlier points that are not whole at a vault, a line each. */
  damaged: readonly string[];
  /** Reason why points are useless before their time; undefined if none is known. */
  expiring: string | undefined;
}

/** Longest text about damage: of a container's termination message, Kubernetes keeps 4096 bytes. */
const longestDamage = 1500;

/** Returns the text by which a person, and the next point, know this one. */
export function remembered({ head, proved, damaged, expiring }: TakenPoint): string {
  const told = damaged.join("; ").slice(0, longestDamage);
  return JSON.stringify({
    ...{ sequence: head.sequence, takenAt: head.takenAt, proved },
    ...(told === "" ? {} : { damaged: told }),
    ...(expiring !== undefined && { expiring }),
    hash: hashOf(head),
  });
}
