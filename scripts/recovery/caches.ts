import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { cacheConnection } from "../../components/platform/cache/manifests.ts";
import { toolkitTemplate } from "../../local/template.ts";
import type { Runs } from "./runs.ts";

/** Gives a script in a cache's own pod the password of the cache, which is no argument. */
export const withPassword =
  'password=$(sed -n "s/^requirepass //p" /etc/valkey/valkey.conf); export VALKEYCLI_AUTH="$password" REDISCLI_AUTH="$password"';

/** Script that empties a service's cache: what it remembers names rows that have changed by then. */
export const emptyCacheScript = `${withPassword}; valkey-cli flushall`;

/**
 * Script that counts what waits in a service's cache, a line for each of the databases that our services use. The queues of
 * Sidekiq, BullMQ and Celery are lists, and nothing else there is one; what is to be tried again later is in sorted sets,
 * and not counted.
 */
export const countQueuedScript = `${withPassword}\n${toolkitTemplate("scripts/recovery/count-queued.bash")}`;

/**
 * Returns what runs the cache of a service: its one server, or each of several; none of a service without a cache.
 *
 * @param workloads Deployments and StatefulSets of its namespace, each with its kind: `deployment.apps/nextcloud-cache`.
 */
export function cachesAmong(service: string, workloads: readonly string[]): string[] {
  const { host } = cacheConnection(service);
  const named = (kind: string) =>
    workloads.filter((each) => each.startsWith(kind)).map((each) => each.replace(/^.*\//, ""));
  const members = named("statefulset").filter((name) => name.startsWith(`${host}-`));
  if (members.length > 0) return members.map((name) => `statefulset/${name}`);
  return named("deployment")
    .filter((name) => name === host)
    .map((name) => `deployment/${name}`);
}

/** Empties the cache of a service, where it has one. Throws if none of its servers says that it did. */
export async function emptyCache(runs: Pick<Runs, "kubectl">, service: string): Promise<void> {
  const names = await runs.kubectl(["get", "deployments,statefulsets", "--output=name"]);
  const caches = cachesAmong(service, names.split("\n"));
  if (caches.length === 0) return;
  const said = await Promise.allSettled(
    caches.map((cache) => runs.kubectl(["exec", cache, "--", "sh", "-euc", emptyCacheScript])),
  );
  // Of several, the one that takes writes does it, and the others have it from there.
  if (said.some((each) => each.status === "fulfilled" && each.value.includes("OK"))) return;
  const [first] = said;
  throw first?.status === "rejected"
    ? first.reason
    : new TranslatedError({
        en: `the cache of ${service} was not emptied: ${first?.value}`,
        fr: `le cache de ${service} n’a pas été vidé : ${first?.value}`,
      });
}
