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

/**
 * Asks a vault that learned of this service a moment ago for its names: again for a minute and a half, whatever the
 * error is.
 */
export function firstNames(vault: OpenVault, { say }: Surroundings): Promise<string[]> {
  return new Patience(90, say).ask(
    `the vault at ${vault.host}`,
    () => vault.once(),
    (error) => (error instanceof Error ? error.message : String(error)),
  );
}

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
export function refuseFenced(names: readonly string[], host: string, own: number): void {
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

/** Text by which a person, and the next point, know this one. */
export function remembered(head: Head): string {
  return JSON.stringify({ sequence: head.sequence, takenAt: head.takenAt, hash: hashOf(head) });
}
