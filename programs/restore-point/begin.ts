import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf, pointName } from "../../components/recovery/points/head.ts";
import { filesIn, type PointManifest } from "../../components/recovery/points/manifest.ts";
import { largestJump } from "../../components/recovery/points/numbers.ts";
import { type KeptPoint, openManifest } from "../../components/recovery/points/sealed.ts";
import { type Begun, workFiles } from "../../components/recovery/points/settings.ts";
import type { VaultAccess } from "../../components/recovery/vault/access.ts";
import { repositoryPath } from "../../components/recovery/vault/names.ts";
import { freezeAfterFirstPass } from "./freeze.ts";
import { resticIn } from "./proof.ts";
import { type NamedRepository, provedRepository } from "./repository.ts";
import { writeRoots } from "./restic.ts";
import type { Surroundings } from "./surroundings.ts";
import { type AnsweringVault, answering, compareClocks, inTurn, later, messageOf } from "./vaults.ts";

/**
 * Finds out how the point begins: its number, its predecessor, and its vault. It goes to the first vault at which one can
 * begin, which accepts only one of two points with one number; the others are asked what they know.
 */
export async function begin(around: Surroundings): Promise<Begun> {
  const { settings, folders, now, say } = around;
  const found = await answering(around);
  const newest = found.reduce<KeptPoint | undefined>((one, other) => later(one, other.newest), undefined);
  prepareFor(around);
  const vaults = inTurn(
    found.map(({ vault }) => vault),
    newest?.head,
    now(),
  );
  const named = found.flatMap((each) => namedAt(each, around));
  const { first, repository } = await provedRepository(vaults, named, around);
  const { host } = first;
  const vaultDate = await dateOf(around.access[host], around);
  compareClocks(vaultDate, around, host);
  const begun: Begun = {
    host,
    repository,
    sequence: nextNumber(found, { host, after: newest?.head.sequence ?? 0 }, settings.service),
    previous: newest === undefined ? null : hashOf(newest.head),
    vaultDate,
    filesBefore: newest && filesBefore(newest, around),
  };
  writeFileSync(join(folders.work, workFiles.begun), JSON.stringify(begun));
  say(
    `restore point ${begun.sequence} of ${settings.service} begins in ${repositoryPath(repository)} at ${host}`,
  );
  await freezeAfterFirstPass(resticIn(first, repositoryPath(repository), around), around);
  return begun;
}

/**
 * Returns the first number whose name no vault has: one that was taken without a point stops no later one. If a host lists
 * so many that a jump would follow, the names at the vault that is written to alone count.
 */
function nextNumber(
  found: readonly AnsweringVault[],
  { host, after }: { host: string; after: number },
  service: string,
): number {
  const free = (vaults: readonly AnsweringVault[]) => {
    const taken = new Set(vaults.flatMap(({ names }) => names));
    let sequence = after + 1;
    while (taken.has(pointName(service, sequence))) sequence += 1;
    return sequence;
  };
  const sequence = free(found);
  return sequence - after <= largestJump ? sequence : free(found.filter(({ vault }) => vault.host === host));
}

/** Returns the repositories of the newest point at a vault; none if it cannot be opened. */
function namedAt({ vault, newest }: AnsweringVault, around: Surroundings): NamedRepository[] {
  const manifest = newest && manifestOf(newest, around);
  return Object.entries(manifest?.repositories ?? {}).map(([path, { config }]) => ({
    ...{ host: vault.host, path },
    config: Buffer.from(config, "base64"),
  }));
}

/** Writes what restic needs in every step: the authorities of the vaults' certificates. */
export function prepareFor(around: Surroundings): void {
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  writeRoots(around, certificates === undefined ? "" : readFileSync(certificates, "utf8"));
}

/** The clock of a vault, as its answers have it; the one here where it says nothing. */
async function dateOf(access: VaultAccess | undefined, { now }: Surroundings): Promise<string> {
  const answer =
    access && (await fetch(`${access.address}/healthz`, { redirect: "error" }).catch(() => undefined));
  const said = answer?.headers.get("date");
  return (said ? new Date(said) : now()).toISOString();
}

/** Returns the number of files in the point before; undefined if it cannot be read. */
function filesBefore(point: KeptPoint, around: Surroundings): number | undefined {
  const manifest = manifestOf(point, around);
  return manifest && filesIn(manifest.parts);
}

/** Returns the manifest of a point; undefined if it cannot be read. */
function manifestOf(point: KeptPoint, { password, say }: Surroundings): PointManifest | undefined {
  try {
    return openManifest(point, password);
  } catch (error) {
    say(`the point before cannot be compared with: ${messageOf(error)}`);
    return undefined;
  }
}
