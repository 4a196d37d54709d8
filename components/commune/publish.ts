import { checksum } from "../foundation/manifest/checksum.ts";
import type { Door } from "../foundation/part/part.ts";
import type { SignedSerial } from "../places/hotspots/serial.ts";
import type { PortalPlan } from "../portal/plan.ts";
import { servicesOf, volumesOf } from "./holders.ts";
import { spreadServersOf } from "./nodes.ts";
import { parts } from "./parts.ts";
import type { CommunePlan } from "./planned.ts";
import { type Published, publishedForm, rowsOn, sharedPlace } from "./published.ts";
import { runningPlans } from "./running-plans.ts";
import { versionsOf } from "./secrets.ts";
import { databaseServersOf } from "./servers.ts";
import { toolkitSoftware } from "./software.ts";

/** Returns what a stack publishes of its plan, for later changes to be compared with. */
export function published(
  plan: CommunePlan,
  seed: string,
  before?: Published,
  signed?: SignedSerial,
): Published {
  const spread = spreadServersOf(plan).map(({ server }) => server.server);
  const listed = plan.points.flatMap(({ service, bucket }) => (bucket ? [service] : []));
  return {
    version: publishedForm,
    services: Object.fromEntries(
      servicesOf(plan).map(({ service, title: _, versions: __, hasOwnBucket: ___, ...facts }) => [
        service,
        facts,
      ]),
    ),
    volumes: Object.fromEntries(volumesOf(plan).map(({ name, sizeGiB }) => [name, sizeGiB])),
    postgresql: Object.fromEntries(
      databaseServersOf(plan).map(({ server: { server, major } }) => [server, major]),
    ),
    ...(listed.length > 0 && { listed }),
    ...(spread.length > 0 && { spread }),
    serverPods: serverPodsOf(plan),
    names: namesOf(plan),
    tenants: domainsOf(plan),
    retired: plan.retirements,
    rows: rowsAfter(before, plan),
    seed,
    ...(signed && { signed }),
    declared: plan.declared,
    links: publishedLinks(plan),
    ...(plan.placed && { placed: plan.placed }),
    ...(plan.portal && { news: newsOf(plan.portal) }),
    software: softwareOf(plan),
    secrets: versionsOf(plan),
  };
}

/** Returns the domains of hosted associations, including retired ones, by the suffix of their namespaces. */
function domainsOf({ tenants = [], retired }: CommunePlan): Record<string, string> {
  return Object.fromEntries(
    [...tenants, ...(retired.tenants ?? [])].map(({ service, domain }) => [service, domain]),
  );
}

/** Returns the services linked with each peer. */
export function publishedLinks({ federation: { links } }: CommunePlan): NonNullable<Published["links"]> {
  return Object.fromEntries(
    links.map(({ peer, domain, services, publicKey }) => [
      peer,
      { services: services.join(", "), domain, ...(publicKey && { key: checksum(publicKey, 8) }) },
    ]),
  );
}

/** Returns a digest of each news item. */
export function newsOf({ news }: Pick<PortalPlan, "news">): Record<string, string> {
  return Object.fromEntries(news.map(({ id, title, text }) => [id, checksum({ title, text }, 8)]));
}

/** Returns the versions of the software that comes with the toolkit, from the tags of its images. */
export function softwareOf(plan: CommunePlan): Record<string, string> {
  return Object.fromEntries(
    toolkitSoftware(plan).map(({ name, image: { reference } }) => [name, reference.replace(/^.*:/, "")]),
  );
}

/** Returns the checksum of each database server's pod. */
export function serverPodsOf(plan: CommunePlan): Record<string, string> {
  const plans = runningPlans(plan);
  return Object.fromEntries(
    parts.flatMap((part) => Object.entries(part.serverPods?.(plans, plan.secretVersions) ?? {})),
  );
}

/**
 * Returns the services with rows on the shared server once a plan is applied: those that were there and were not
 * removed, and those that are on it now.
 */
export function rowsAfter(before: Published | undefined, plan: CommunePlan): string[] {
  if (!databaseServersOf(plan).some(({ server }) => server.server === "database")) return [];
  const now = servicesOf(plan).flatMap(({ service, database }) =>
    database === sharedPlace ? [service] : [],
  );
  const all = new Set([...(before ? rowsOn(before) : []), ...now]);
  return [...all].filter((service) => !plan.drops.includes(service)).sort();
}

/** Returns the names that are built into things outside the cluster, by section of the declaration. */
export function namesOf(plan: CommunePlan): Record<string, string> {
  return Object.fromEntries(Object.entries(doorsOf(plan)).map(([section, { host }]) => [section, host]));
}

/** Returns those names with the things that have each of them built in. */
export function doorsOf(plan: CommunePlan): Record<string, Door> {
  return Object.fromEntries(
    parts.flatMap((part) =>
      [plan.retired, plan].flatMap((plans) => Object.entries(part.doors?.(plans) ?? {})),
    ),
  );
}
