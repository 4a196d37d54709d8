import type { Repository } from "../vault/names.ts";

const quarterOf = (at: Date) => Math.floor(at.getUTCMonth() / 3) + 1;

/**
 * Where the points of a service that are taken at a time lie: a repository for each quarter, because nobody can take a
 * single point out of one. One full upload a quarter is what that costs.
 */
export function filesRepository(service: string, at: Date): Repository {
  return { service, generation: `files-${at.getUTCFullYear()}q${quarterOf(at)}` };
}
