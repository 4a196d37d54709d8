import { checksum } from "../foundation/manifest/checksum.ts";
import { inVersion } from "../foundation/seed/labels.ts";
import type { SignedSerial } from "../places/hotspots/serial.ts";
import { databaseServer } from "../platform/database/manifests.ts";
import { superuserPassword } from "../platform/database/secrets.ts";
import { mariadbServer } from "../platform/mariadb/manifests.ts";
import { rootPassword } from "../platform/mariadb/secrets.ts";
import type { PortalPlan } from "../portal/plan.ts";
import { mariadbServersOf } from "../tenants/tenant/plan.ts";
import { tenantsOf } from "./associations.ts";
import { servicesOf, volumesOf } from "./holders.ts";
import type { CommunePlan } from "./planned.ts";
import { type Published, publishedForm, rowsOn, sharedPlace } from "./published.ts";
import { versionsOf } from "./secrets.ts";
import { databaseServersOf } from "./servers.ts";
import { toolkitSoftware } from "./software.ts";

/** What a stack publishes of its plan, for later changes to be compared with. */
export function published(
  plan: CommunePlan,
  seed: string,
  before?: Published,
  signed?: SignedSerial,
): Published {
  return {
    version: publishedForm,
    services: Object.fromEntries(
      servicesOf(plan).map(({ service, title: _, versions: __, ...facts }) => [service, facts]),
    ),
    volumes: Object.fromEntries(volumesOf(plan).map(({ name, sizeGiB }) => [name, sizeGiB])),
    postgresql: Object.fromEntries(
      databaseServersOf(plan).map(({ server: { server, major } }) => [server, major]),
    ),
    serverPods: serverPodsOf(plan),
    names: namesOf(plan),
    tenants: Object.fromEntries(tenantsOf(plan).map(({ service, domain }) => [service, domain])),
    retired: plan.retirements,
    rows: rowsAfter(before, plan),
    seed,
    ...(signed && { signed }),
    declared: plan.declared,
    links: linksOf(plan),
    ...(plan.placed && { placed: plan.placed }),
    ...(plan.portal && { news: newsOf(plan.portal) }),
    software: softwareOf(plan),
    secrets: versionsOf(plan),
  };
}

/** What is linked with each peer. */
export function linksOf({ federation: { links } }: CommunePlan): NonNullable<Published["links"]> {
  return Object.fromEntries(
    links.map(({ peer, domain, services, publicKey }) => [
      peer,
      { services: services.join(", "), domain, ...(publicKey && { key: checksum(publicKey, 8) }) },
    ]),
  );
}

/** A digest of each piece of news. */
export function newsOf({ news }: Pick<PortalPlan, "news">): Record<string, string> {
  return Object.fromEntries(news.map(({ id, title, text }) => [id, checksum({ title, text }, 8)]));
}

/** Versions of the software that comes with the toolkit, as their images name them. */
export function softwareOf(plan: CommunePlan): Record<string, string> {
  return Object.fromEntries(
    toolkitSoftware(plan).map(({ name, image: { reference } }) => [name, reference.replace(/^.*:/, "")]),
  );
}

/** The checksum of each database server's pod. */
export function serverPodsOf(plan: CommunePlan): Record<string, string> {
  const { secretVersions } = plan;
  return Object.fromEntries([
    ...databaseServersOf(plan).map(({ server }): [string, string] => [
      server.server,
      checksum(
        databaseServer(server, inVersion(superuserPassword(server.server), secretVersions)).spec.template,
      ),
    ]),
    ...mariadbServersOf(plan).map((planned): [string, string] => [
      planned.server,
      checksum(mariadbServer(planned, inVersion(rootPassword(planned.server), secretVersions)).spec.template),
    ]),
  ]);
}

/** The same once a plan is applied: what was there and was not removed, and what is on it now. */
export function rowsAfter(before: Published | undefined, plan: CommunePlan): string[] {
  if (!databaseServersOf(plan).some(({ server }) => server.server === "database")) return [];
  const now = servicesOf(plan).flatMap(({ service, database }) =>
    database === sharedPlace ? [service] : [],
  );
  const all = new Set([...(before ? rowsOn(before) : []), ...now]);
  return [...all].filter((service) => !plan.drops.includes(service)).sort();
}

/** Names that things outside the cluster have built in, by section of the declaration. */
export function namesOf(plan: CommunePlan): Record<string, string> {
  const hotspots = plan.hotspots ?? plan.retired.hotspots;
  const schools = plan.schools ?? plan.retired.schools;
  return {
    ...(hotspots && { hotspots: hotspots.host }),
    ...(schools && { schools: schools.host }),
  };
}
