import type { Repository } from "../vault/names.ts";

const quarterOf = (at: Date) => Math.floor(at.getUTCMonth() / 3) + 1;

/**
 * Returns the repository of the restore points that a service takes at a time: one for each quarter, because no single
 * point can be removed from a repository. Its cost is one full upload a quarter.
 */
export function filesRepository(service: string, at: Date): Repository {
  return { service, generation: `files-${at.getUTCFullYear()}q${quarterOf(at)}` };
}
