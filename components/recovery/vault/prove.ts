import { copyVault, type Judge } from "./copy.ts";
import { fileName, isNamed } from "./names.ts";
import type { CopiedVault } from "./open-vault.ts";

/** A repository at one vault, and the other vaults from which missing files may come. */
export interface Proving {
  vault: CopiedVault;
  others: readonly CopiedVault[];
  /** `nextcloud/files-2026q4`. */
  path: string;
  /** Snapshots that must be there. */
  must: readonly string[];
  judge: Judge;
  /**
   * Runs `restic check` at the vault. Returns why the repository is not whole; undefined if it is. Throws if restic could
   * not check all of it.
   */
  check: () => Promise<string | undefined>;
}

/** Reason why a repository is not whole at a vault. */
export interface RepositoryProblem {
  message: string;
  /** Whether something is missing inside the repository, so that whatever is added to it may lack that too. */
  isDamaged: boolean;
}

/**
 * Proves that a repository is whole at a vault, with its guest's key: the snapshots are listed, every pack that an index
 * names is there with its size, and every snapshot's tree and blobs are in an index. Missing files are first copied from
 * the vaults that have them. Content is not read.
 *
 * @returns why it is not whole; undefined if it is. Throws if the vault does not answer.
 */
export async function prove(proving: Proving): Promise<RepositoryProblem | undefined> {
  if ((await unproved(proving)) === undefined) return undefined;
  const failed = await heal(proving);
  // Even without another vault: a second check costs less than a new generation.
  const left = await unproved(proving);
  return left && { ...left, message: [left.message, ...failed].join("; ") };
}

async function unproved({ vault, path, must, check }: Proving): Promise<RepositoryProblem | undefined> {
  if ((await vault.get(`${path}/config`)) === undefined) {
    return { message: `${vault.host} has no ${path}`, isDamaged: false };
  }
  const problem = await check();
  if (problem !== undefined) {
    // Throws if it does not answer any more: then nothing is known.
    await vault.status();
    return { message: `${path} at ${vault.host} is not whole: ${problem}`, isDamaged: true };
  }
  const listed = await vault.list(path, "snapshots");
  const lacking = must.filter((snapshot) => !listed.has(snapshot));
  if (lacking.length === 0) return undefined;
  const names = lacking.map((id) => id.slice(0, 8)).join(", ");
  return { message: `${path} at ${vault.host} lacks ${names}, which was brought there`, isDamaged: false };
}

/**
 * Copies files whose names are missing, then missing packs that an index there names. What one vault cannot give, the next
 * may.
 *
 * @returns errors of the vaults that could not be copied from.
 */
async function heal({ vault, others, path, judge }: Proving): Promise<string[]> {
  const failed: string[] = [];
  for (const other of others) {
    try {
      const has = (await other.status()).generations.some(({ name }) => name === path);
      if (has) await copyVault(other, vault, { judge, only: [path] });
    } catch (error) {
      failed.push(error instanceof Error ? error.message : String(error));
    }
  }
  for (const pack of await lostPacks(vault, path, judge)) {
    for (const other of others) {
      const bytes = await other.get(`${path}/data/${pack}`).catch(() => undefined);
      // A host refuses a pack whose content does not match its name; a bucket takes anything.
      if (bytes && isNamed(pack, bytes) && (await isPut(vault, `${path}/data/${pack}`, bytes))) break;
    }
  }
  return failed;
}

async function isPut(vault: CopiedVault, path: string, bytes: Buffer<ArrayBuffer>): Promise<boolean> {
  return vault.put(path, bytes).then(
    () => true,
    () => false,
  );
}

/** Returns the packs that the indexes at a vault name and that it does not list. Only the guest can read an index. */
async function lostPacks(vault: CopiedVault, path: string, judge: Judge): Promise<string[]> {
  const config = await vault.get(`${path}/config`);
  if (config === undefined) return [];
  const keys = new Map<string, Buffer>();
  for (const name of (await vault.list(path, "keys")).keys()) {
    const bytes = await vault.get(`${path}/keys/${name}`);
    if (bytes !== undefined) keys.set(name, bytes);
  }
  const opened = await judge.open(path, config, keys).catch(() => undefined);
  if (opened === undefined) return [];
  try {
    const named = new Set<string>();
    for (const name of (await vault.list(path, "index")).keys()) {
      const bytes = fileName.test(name) ? await vault.get(`${path}/index/${name}`) : undefined;
      // One that does not open names nothing, and was found already.
      const packs = bytes && (await opened.packsIn(name, bytes).catch(() => []));
      for (const pack of packs ?? []) named.add(pack);
    }
    const there = await vault.list(path, "data");
    return [...named].filter((pack) => !there.has(pack));
  } finally {
    await opened.close();
  }
}
