import { cacheConnection } from "../../components/platform/cache/manifests.ts";
import { toolkitTemplate } from "../../local/template.ts";

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
 * Returns what runs the cache of a service: its one server, or each of several.
 *
 * @param sets names of StatefulSets of its namespace, with or without their kind.
 */
export function cachesAmong(service: string, sets: readonly string[]): string[] {
  const { host } = cacheConnection(service);
  const members = sets.map((name) => name.replace(/^.*\//, "")).filter((name) => name.startsWith(`${host}-`));
  return members.length > 0 ? members.map((name) => `statefulset/${name}`) : [`deployment/${host}`];
}
