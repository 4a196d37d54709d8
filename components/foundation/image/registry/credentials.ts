import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod";

const settings = z.object({
  auths: z.record(z.string(), z.object({ auth: z.string().optional() })).default({}),
});

/** Name of Docker Hub in Docker's own file. */
const hub = "https://index.docker.io/v1/";

/** Returns the credentials of HTTP Basic for a registry, already encoded; undefined if nobody logged in to it. */
export type Credentials = (registry: string) => string | undefined;

/**
 * Reads the credentials that `docker login`, `podman login` or `skopeo login` have written for this user. Programs that
 * keep passwords elsewhere (`credHelpers`, `credsStore`) are not asked.
 * Source: https://docs.docker.com/reference/cli/docker/login/#credential-stores, containers-auth.json(5)
 */
export function loggedIn(environment: NodeJS.ProcessEnv = process.env): Credentials {
  const { REGISTRY_AUTH_FILE, DOCKER_CONFIG = join(homedir(), ".docker") } = environment;
  const file = REGISTRY_AUTH_FILE ?? join(DOCKER_CONFIG, "config.json");
  if (!existsSync(file)) return () => undefined;
  const read = settings.safeParse(parsed(readFileSync(file, "utf8")));
  const auths = read.success ? read.data.auths : {};
  return (registry) => (auths[registry] ?? (registry === "docker.io" ? auths[hub] : undefined))?.auth;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
