import { fileName, isNamed } from "./names.ts";
import type { CopiedVault } from "./open-vault.ts";

/** Days in which every pack of a repository was read once: a quarter. */
export const sampleDays = 91;

/** Changed packs after which no more are read: a host may list any number that it does not give. */
const mostChanged = 20;

/** Result of reading a part of a repository's packs back. */
export interface Sampled {
  packs: number;
  bytes: number;
  /** Names of packs whose bytes are others than those that were brought, or that a vault lists and does not give. */
  changed: readonly string[];
}

/** A vault as reading it back needs it. */
type SampledVault = Pick<CopiedVault, "list" | "get" | "status">;

const dayMs = 24 * 3_600_000;

/** Returns the day of the round, from 0, on which a pack is read. Its name is a hash, so every day has about as many. */
function dayOf(pack: string): number {
  return Number.parseInt(pack.slice(0, 8), 16) % sampleDays;
}

/**
 * Reads back the packs of a repository whose turn it is today, and compares them with their names, which are the SHA-256 of
 * what was brought. A list of names and sizes, which is all that `restic check` asks for, says nothing of content. A store that
 * cannot read a file answers with an error. Throws if the vault does not answer at all.
 *
 * @param path `nextcloud/files-2026q4`.
 */
export async function sample(vault: SampledVault, path: string, now: Date): Promise<Sampled> {
  const today = Math.floor(now.getTime() / dayMs) % sampleDays;
  const names = [...(await vault.list(path, "data")).keys()].filter((name) => fileName.test(name));
  const changed: string[] = [];
  let [packs, bytes] = [0, 0];
  for (const name of names.filter((each) => dayOf(each) === today)) {
    if (changed.length === mostChanged) break;
    const found = await readAt(vault, `${path}/data/${name}`);
    packs += 1;
    bytes += found?.length ?? 0;
    if (!isNamed(name, found)) changed.push(name);
  }
  return { packs, bytes, changed };
}

/** Returns a file; undefined if the vault gives everything but that one. */
async function readAt(vault: SampledVault, path: string): Promise<Buffer | undefined> {
  try {
    return await vault.get(path);
  } catch {
    await vault.status();
    return undefined;
  }
}
