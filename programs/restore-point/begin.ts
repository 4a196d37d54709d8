import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf, pointName } from "../../components/recovery/points/head.ts";
import { openManifest } from "../../components/recovery/points/sealed.ts";
import { type Begun, workFiles } from "../../components/recovery/points/settings.ts";
import type { VaultAccess } from "../../components/recovery/vault/access.ts";
import { repositoryPath } from "../../components/recovery/vault/names.ts";
import { freezeAfterFirstPass } from "./freeze.ts";
import { provedRepository, resticIn } from "./repository.ts";
import { writeRoots } from "./restic.ts";
import type { Surroundings } from "./surroundings.ts";
import { answering, compareClocks, later, newestAt } from "./vaults.ts";

/**
 * Finds out how the point begins: its number, its predecessor, and its vault. It goes to the first vault that answers, which
 * accepts only one of two points with one number; the others are asked what they know.
 */
export async function begin(around: Surroundings): Promise<Begun> {
  const { settings, folders, say } = around;
  const [first, ...others] = await answering(around);
  const taken = new Set([first, ...others].flatMap(({ names }) => names));
  let newest = await newestAt(first.vault, first.names, around);
  for (const { vault, names } of others) newest = later(newest, await newestAt(vault, names, around));
  const { host } = first.vault;
  const vaultDate = await dateOf(around.access[host], around);
  compareClocks(vaultDate, around, host);
  prepareFor(around);
  const at = { first: first.vault, others: others.map(({ vault }) => vault) };
  const repository = await provedRepository(at, around);
  const begun: Begun = {
    host,
    repository,
    sequence: firstFree((newest?.head.sequence ?? 0) + 1, taken, settings.service),
    previous: newest === undefined ? null : hashOf(newest.head),
    vaultDate,
    filesBefore: newest && filesIn(newest, around),
  };
  writeFileSync(join(folders.work, workFiles.begun), JSON.stringify(begun));
  say(
    `restore point ${begun.sequence} of ${settings.service} begins in ${repositoryPath(repository)} at ${host}`,
  );
  await freezeAfterFirstPass(resticIn(first.vault, repositoryPath(repository), around), around);
  return begun;
}

/** The first number from one on whose name nobody has: one that was taken without a point stops no later one. */
function firstFree(from: number, taken: ReadonlySet<string>, service: string): number {
  let sequence = from;
  while (taken.has(pointName(service, sequence))) sequence += 1;
  return sequence;
}

/** Writes what restic needs in every step: the authorities of the vaults' certificates. */
export function prepareFor(around: Surroundings): void {
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  writeRoots(around, certificates === undefined ? "" : readFileSync(certificates, "utf8"));
}

/** The clock of a vault, as its answers have it. */
async function dateOf(access: VaultAccess | undefined, { now }: Surroundings): Promise<string> {
  const answer = access && (await fetch(`${access.address}/healthz`, { redirect: "error" }));
  const said = answer?.headers.get("date");
  return (said ? new Date(said) : now()).toISOString();
}

/** Returns the number of files in the point before; undefined if it cannot be read. */
function filesIn(
  point: Parameters<typeof openManifest>[0],
  { password, say }: Surroundings,
): number | undefined {
  try {
    const { parts } = openManifest(point, password);
    return parts.reduce((sum, part) => sum + (part.kind === "files" ? part.files : 0), 0);
  } catch (error) {
    say(`the point before cannot be compared with: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}
