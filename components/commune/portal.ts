import type { DescribedService } from "../federation/descriptor.ts";
import { type Image, images, type PostgresqlMajor, postgresqlImage } from "../foundation/image/catalogue.ts";
import { dataWords } from "../foundation/manifest/data-words.ts";
import { conformityOf } from "../foundation/page/statement.ts";
import { wifiHelp } from "../places/hotspots/help.ts";
import { wifiFacts } from "../places/hotspots/plan.ts";
import { spacesHelp } from "../places/map/help.ts";
import type { Places } from "../places/places/places.ts";
import { associationsSet, statisticsSet } from "../portal/live.ts";
import type { PortalFiles, PortalPlan } from "../portal/plan.ts";
import type { UsedSoftware } from "../portal/software.ts";
import { schoolsHelp } from "../schools/schools/help.ts";
import type { SchoolsPlan } from "../schools/schools/plan.ts";
import { plannedServices, type ServicePlans } from "../services/index.ts";
import { type RequestsLook, requestsPath } from "../tenants/requests/settings.ts";
import type { TenantPlan } from "../tenants/tenant/plan.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { listedAssociations } from "./listed.ts";
import { hotspotsData, servicesData, spacesData } from "./open-data.ts";
import type { DataCategory } from "./retention.ts";

/** The server that services share, as far as its pages tell it. */
type SharedServer = { ours: { major: PostgresqlMajor } } | { outside: object } | undefined;

/** What is known of a commune's services beside their plans, and of what stands where. */
interface Known {
  running: ServicePlans & { schools?: SchoolsPlan | undefined; tenants?: readonly TenantPlan[] | undefined };
  database: SharedServer;
  described: readonly DescribedService[];
  places: Places | undefined;
  /** Where its map is; nothing where it has none. */
  map: string | undefined;
}

/** The pages of a commune that declares a portal. */
export function planPortal(
  declaration: CommuneDeclaration,
  files: PortalFiles | undefined,
  { running, database, described, places, map }: Known,
): PortalPlan | undefined {
  const { name, domain, contact, website, portal, hotspots, schools, spaces = {} } = declaration;
  if (portal === undefined) return undefined;
  const own = hotspots !== undefined || schools !== undefined;
  const hasSpaces = Object.keys(spaces).length > 0;
  return {
    commune: { name, domain, contact, website },
    portal,
    arms: files?.arms,
    news: files?.news ?? [],
    associations: listedAssociations(running.tenants ?? []),
    requests: declaration.tenants?.requests && requestsPath,
    software: usedSoftware(running, database, own),
    help: [
      ...plannedServices(running).flatMap(({ help }) => help ?? []),
      ...(hotspots && !hotspots.retired ? [wifiHelp(wifiFacts(declaration, hotspots, map))] : []),
      ...(hasSpaces ? [spacesHelp(spaces, map)] : []),
      ...(running.schools ? [schoolsHelp(running.schools)] : []),
    ],
    retention: Object.entries(dataWords).flatMap(([kind, { fr: what }]) => {
      const period = declaration.retention?.[kind as DataCategory];
      return period === undefined ? [] : [{ what, period }];
    }),
    datasets: [
      servicesData(described),
      statisticsSet,
      ...(hotspots && !hotspots.retired && places ? [hotspotsData(places)] : []),
      ...(hasSpaces ? [spacesData(spaces, places)] : []),
      ...(declaration.tenants ? [associationsSet] : []),
    ],
  };
}

/** How the commune's pages look to programs that make pages of their own; nothing where it has none. */
export function portalLook({ portal }: Pick<CommuneDeclaration, "portal">): RequestsLook | undefined {
  if (portal === undefined) return undefined;
  const { colour, arms, audit } = portal;
  return { colour, hasArms: arms !== undefined, conformity: conformityOf(audit) };
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
            ...known(image),
            name: title,
            version: plan.version,
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

function named(name: string, image: Image): UsedSoftware {
  const version = image.reference.replace(/^.*:/, "").replace(/-.*$/, "");
  return { ...known(image), name, version, purpose: undefined };
}

/** What pages tell of what the catalogue has. */
function known({ licence, source, publisher, registers }: Image) {
  return { licence, source, publisher, registers };
}
