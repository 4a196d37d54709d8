import { type CommunePlan, databaseServersOf, plannedServices } from "./plan.ts";
import type { Published } from "./published.ts";

/** Services that end before their next version starts. Mastodon is not one: it migrates around a roll. */
const away: Record<string, string> = { nextcloud: "Nextcloud", peertube: "PeerTube" };

/**
 * What people cannot use while an update runs, to be told before it: one sentence each, none for what goes through
 * without anybody noticing. Pure.
 */
export function announcedInterruptions(before: Published, plan: CommunePlan): string[] {
  const services = plannedServices(plan).flatMap(({ service, plan: { version } }) => {
    const known = before.services[service]?.version;
    const name = away[service];
    if (name === undefined || known === undefined || known === version) return [];
    return [
      `${name} goes from ${known} to ${version}: nobody can use it from the end of the old version until its migrations are done. Tell people beforehand (docs/${service}.md, "Upgrade").`,
    ];
  });
  const servers = databaseServersOf(plan).flatMap(({ server: { server, major } }) => {
    const known = before.postgresql[server];
    if (known === undefined || known === major) return [];
    const waiting = plannedServices(plan)
      .filter(({ dedicatedDatabase }) => (dedicatedDatabase?.server ?? "database") === server)
      .map(({ service }) => service);
    return [
      `PostgreSQL goes from ${known} to ${major}: nobody can use ${waiting.join(", ")} while its data is dumped and restored. Tell people beforehand (docs/database.md).`,
    ];
  });
  return [...services, ...servers];
}
