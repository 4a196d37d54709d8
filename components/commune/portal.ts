import { images, type PostgresqlMajor, postgresqlImage } from "../foundation/image/catalogue.ts";
import type { PortalFiles, PortalPlan, UsedSoftware } from "../portal/plan.ts";
import { plannedServices, type ServicePlans } from "../services/index.ts";
import type { CommuneDeclaration } from "./declaration.ts";

/** The server that services share, as far as its pages tell it. */
type SharedServer = { ours: { major: PostgresqlMajor } } | { outside: object } | undefined;

/** The pages of a commune that declares a portal. */
export function planPortal(
  { name, domain, contact, website, portal, hotspots, schools }: CommuneDeclaration,
  files: PortalFiles | undefined,
  running: ServicePlans,
  database: SharedServer,
): PortalPlan | undefined {
  if (portal === undefined) return undefined;
  const own = hotspots !== undefined || schools !== undefined;
  return {
    commune: { name, domain, contact, website },
    portal,
    arms: files?.arms,
    news: files?.news ?? [],
    software: usedSoftware(running, database, own),
  };
}

/**
 * Software that a commune runs, first what is for people.
 *
 * @param hasServers whether there is nginx beside services: for hotspots or schools.
 */
export function usedSoftware(
  running: ServicePlans,
  database: SharedServer,
  hasServers: boolean,
): UsedSoftware[] {
  return [...ofServices(running), ...beneath(running, database, hasServers)];
}

function ofServices(running: ServicePlans): UsedSoftware[] {
  return plannedServices(running).flatMap(({ title, plan, images: [image], link }) =>
    image === undefined
      ? []
      : [
          {
            name: title,
            version: plan.version,
            licence: image.licence,
            source: image.source,
            purpose: link?.of.french ?? title,
          },
        ],
  );
}

/** What services and the toolkit's own programs need: Node serves these pages themselves. */
function beneath(running: ServicePlans, database: SharedServer, hasServers: boolean): UsedSoftware[] {
  const has = plannedServices(running).length > 0;
  const major = database && ("ours" in database ? database.ours.major : undefined);
  return [
    ...(major === undefined
      ? []
      : [named("PostgreSQL", { ...images.postgresql, reference: postgresqlImage(major) })]),
    ...(has ? [named("Valkey", images.valkey)] : []),
    ...(has || hasServers ? [named("nginx", images.nginx)] : []),
    named("Node.js", images.node),
  ];
}

function named(
  name: string,
  { reference, licence, source }: { reference: string; licence: string; source: string },
): UsedSoftware {
  const version = reference.replace(/^.*:/, "").replace(/-.*$/, "");
  return { name, version, licence, source, purpose: undefined };
}
