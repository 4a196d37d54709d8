import { copiedTypes, type OpenVault } from "./open-vault.ts";

/** Files of a repository that one vault lacks and another one has. */
export interface Lack {
  host: string;
  repository: string;
  /** Number of files of each kind. */
  files: Readonly<Record<string, number>>;
}

/**
 * Returns the files that each vault lacks and another one has: it was not copied to yet, it lost something, or its
 * host withholds it or rolled back. Names are hashes of the contents, so comparing names is enough. Generations that
 * one host has deleted are included until the others have deleted them too.
 */
export async function lacks(vaults: readonly OpenVault[]): Promise<Lack[]> {
  const held = await Promise.all(
    vaults.map(async (vault) => ({ host: vault.host, names: await namesIn(vault) })),
  );
  const every = new Map<string, Set<string>>();
  for (const { names } of held) {
    for (const [repository, files] of names)
      every.set(repository, new Set([...(every.get(repository) ?? []), ...files]));
  }
  return held.flatMap(({ host, names }) =>
    [...every].flatMap(([repository, files]) => {
      const own = names.get(repository) ?? new Set();
      const missing = [...files].filter((file) => !own.has(file));
      return missing.length === 0 ? [] : [{ host, repository, files: counted(missing) }];
    }),
  );
}

/** Returns the files of each repository of a vault: `snapshots/<name>`. */
async function namesIn(vault: OpenVault): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  for (const { name: repository } of (await vault.status()).generations) {
    const files = new Set<string>();
    for (const type of copiedTypes) {
      for (const [name] of await vault.list(repository, type)) files.add(`${type}/${name}`);
    }
    if ((await vault.get(`${repository}/config`)) !== undefined) files.add("config");
    found.set(repository, files);
  }
  return found;
}

function counted(files: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const file of files) {
    const type = file.split("/")[0] ?? file;
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}
