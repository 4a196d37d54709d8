/** Prefixes of keys that belong to no service. */
export const keyPrefixes = { once: "once/", complete: "complete/" } as const;

/**
 * Returns the key of a file of a vault. Repositories have restic's layout for buckets, with packs in folders named by the
 * first two characters of their names. `complete` and `until` of generations have a prefix of their own, so that one list
 * has them all.
 */
export function keyOf(path: string): string {
  const [, repository, said] = /^(.+)\/(complete|until)$/.exec(path) ?? [];
  if (repository !== undefined) return `${said}/${repository}`;
  return path.replace(/\/data\/([0-9a-f]{2})([0-9a-f]{62})$/, "/data/$1/$1$2");
}

/** Returns the path in a vault of a key. */
export function pathOf(key: string): string {
  return key.replace(/\/data\/[0-9a-f]{2}\/([0-9a-f]{64})$/, "/data/$1");
}
