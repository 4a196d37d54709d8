import { Patience } from "../../components/foundation/program/patience.ts";
import { latestIncarnation } from "../../components/recovery/incarnation.ts";
import { type Head, hashOf, pointName, sequenceIn } from "../../components/recovery/points/head.ts";
import { judgePoint, type KeptPoint } from "../../components/recovery/points/sealed.ts";
import { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import type { Surroundings } from "./surroundings.ts";

/** Seconds between the clock here and a vault's that are too many. */
const largestDrift = 60;

/** The vaults of a service's points, the first one first. */
export function openVaults({ settings, access, fetch }: Surroundings): OpenVault[] {
  return settings.vaults.map((host) => {
    const opens = access[host];
    if (opens === undefined) throw new Error(`nothing opens the vault at ${host}`);
    return new OpenVault(host, opens, fetch);
  });
}

/** A vault that answers, and the names that were created once there. */
export interface AnsweringVault {
  vault: OpenVault;
  names: string[];
}

/**
 * Returns the vaults that answer, in the order in which they are declared. A vault may have learned of this service a moment
 * ago: until one has answered, each is asked again for a while. Throws if none answers, or if a later site wrote to one.
 */
export async function answering(around: Surroundings): Promise<[AnsweringVault, ...AnsweringVault[]]> {
  const { settings, say, patienceSeconds } = around;
  const found: AnsweringVault[] = [];
  const silent: string[] = [];
  for (const vault of openVaults(around)) {
    try {
      const patience = new Patience(found.length === 0 ? patienceSeconds : 0, say);
      const names = await patience.ask(`the vault at ${vault.host}`, () => vault.once(), messageOf);
      found.push({ vault, names });
    } catch (error) {
      silent.push(messageOf(error));
      say(`the vault at ${vault.host} says nothing now: ${messageOf(error)}`);
    }
  }
  for (const { vault, names } of found) refuseFenced(names, vault.host, settings.incarnation);
  const [first, ...others] = found;
  if (first === undefined) throw new Error(`no vault answers. ${silent.join("; ")}`);
  return [first, ...others];
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Numbers of the points of a service at a vault, the newest first. */
export function sequencesIn(service: string, names: readonly string[]): number[] {
  return names.flatMap((name) => sequenceIn(service, name) ?? []).sort((one, other) => other - one);
}

/** The newest point that a vault has, of those that the commune signed. Anything else with such a name is ignored. */
export async function newestAt(
  vault: OpenVault,
  names: readonly string[],
  { settings, identity, say }: Surroundings,
): Promise<KeptPoint | undefined> {
  const { service } = settings;
  for (const sequence of sequencesIn(service, names)) {
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

/** Throws if a site that took this one's place has written to a vault: it is no longer the commune's. */
function refuseFenced(names: readonly string[], host: string, own: number): void {
  const latest = latestIncarnation(names);
  if (latest <= own) return;
  throw new Error(
    `the vault at ${host} knows of incarnation ${latest} of this commune, and this one is ${own}: another site took its place`,
  );
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
}

/** Longest text about damage: of a container's termination message, Kubernetes keeps 4096 bytes. */
const longestDamage = 1500;

/** Returns the text by which a person, and the next point, know this one. */
export function remembered({ head, proved, damaged }: TakenPoint): string {
  const told = damaged.join("; ").slice(0, longestDamage);
  return JSON.stringify({
    ...{ sequence: head.sequence, takenAt: head.takenAt, proved },
    ...(told === "" ? {} : { damaged: told }),
    hash: hashOf(head),
  });
}
