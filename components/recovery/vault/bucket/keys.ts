/** Beginnings of keys that are no service's. */
export const keyPrefixes = { once: "once/", complete: "complete/" } as const;

/**
 * Returns the key of a file of a vault. Repositories are as restic lays them out at a bucket, with packs in folders by the
 * first two letters of their names. What is said of a generation has a place of its own, so that one list has all of it.
 */
export function keyOf(path: string): string {
  const [, repository, said] = /^(.+)\/(complete|until)$/.exec(path) ?? [];
  if (repository !== undefined) return `${said}/${repository}`;
  return path.replace(/\/data\/([0-9a-f]{2})([0-9a-f]{62})$/, "/data/$1/$1$2");
}

/** The path in a vault that a key is of. */
export function pathOf(key: string): string {
  return key.replace(/\/data\/[0-9a-f]{2}\/([0-9a-f]{64})$/, "/data/$1");
}
