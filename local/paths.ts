import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { repositoryFile } from "../components/foundation/repository.ts";
import { toolkitFile } from "../components/foundation/toolkit.ts";

/** The checkout of this toolkit, for its tests and benches. */
export const checkout = toolkitFile(".");

/**
 * Folder of builds that any repository can reuse (programs, image archives). `COMMUNE_CACHE` wins, then the XDG cache
 * folder.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.COMMUNE_CACHE) return resolve(environment.COMMUNE_CACHE);
  return join(environment.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "commune-cloud");
}

/**
 * Folder of the local clusters of this repository, their certificates and their Pulumi backend. `COMMUNE_STATE` wins,
 * then `.local/` in the repository.
 */
export function stateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.COMMUNE_STATE ? resolve(environment.COMMUNE_STATE) : repositoryFile(".local");
}
