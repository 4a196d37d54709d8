import type { Federation } from "../federation/members.ts";
import { type FederationPlan, planFederation } from "../federation/plan.ts";
import type { Retirement } from "../foundation/retirement/declaration.ts";
import type { SecretVersions } from "../foundation/seed/labels.ts";
import type { Site } from "../foundation/site/site.ts";
import { planHotspots } from "../places/hotspots/plan.ts";
import { type MapPlan, planMap } from "../places/map/plan.ts";
import { mapPath } from "../places/map/published.ts";
import type { Places } from "../places/places/places.ts";
import { externalPassword } from "../platform/database/external.ts";
import type { DatabaseSpec } from "../platform/database/manifests.ts";
import { copyingRole } from "../platform/database/replication.ts";
import { planDirectory } from "../platform/directory/plan.ts";
import { type Identity, identityClientSecret } from "../platform/identity/plan.ts";
import type { LoginPlan } from "../platform/login/plan.ts";
import { type Mail, mailPassword, planMail } from "../platform/mail/plan.ts";
import { planMariadb } from "../platform/mariadb/plan.ts";
import { mediaKeys } from "../platform/media/plan.ts";
import type { PortalFiles, PortalPlan } from "../portal/plan.ts";
import { type CopyingPlan, planCopying } from "../recovery/keeper/plan.ts";
import type { PointsPlan } from "../recovery/points/plan.ts";
import { type KeptVault, keptVaults, planVaults } from "../recovery/vault/plan.ts";
import { planSchools } from "../schools/schools/plan.ts";
import type { PlannedService } from "../services/define.ts";
import { plannedServices, type ServicePlans, services } from "../services/index.ts";
import { planAccounts } from "../tenants/accounts/plan.ts";
import type { Decision } from "../tenants/requests/decisions.ts";
import { planRequests } from "../tenants/requests/plan.ts";
import { hasAccounts } from "../tenants/tenant/account-pages.ts";
import { planTenants } from "../tenants/tenant/plan.ts";
import { planDatabase, type SharedDatabase, sharedServer } from "./database-plan.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { type Declared, declaredOf } from "./declared.ts";
import type { DeployedPlans } from "./deployed-plans.ts";
import { factsOf } from "./facts.ts";
import { federatedServices, linksOf } from "./links.ts";
import { identitiesOf, planLogin } from "./login-plan.ts";
import { type Placed, placedOf } from "./placed.ts";
import { applicationPointsOf, directoryPointsOf, pointsOf } from "./points.ts";
import { planPortal, portalLook } from "./portal.ts";
import { allReleased, isReleased, isSharedServerKept, retirementsOf } from "./retirement.ts";
import { usedSoftware } from "./software.ts";

/** The plan of a declaration at a site, with every size known. */
export interface CommunePlan extends DeployedPlans {
  /** Whose copy it is, in a drill: its keys are that commune's, and it meets nobody. Nothing where a commune runs. */
  drillOf: string | undefined;
  /** The server that services share: ours, or one outside. Nothing when no service needs one. */
  database: SharedDatabase | undefined;
  mail: Mail | undefined;
  /** Who each service asks who somebody is, by its name. */
  identities: Readonly<Record<string, Identity>>;
  /** Where people log in, where that is the commune's own. */
  login: LoginPlan | undefined;
  federation: FederationPlan;
  /** The vaults of others where its own copies are. */
  keptVaults: KeptVault[];
  /** The restore points of its services; none where it has no vault. */
  points: PointsPlan[];
  /** Those of its directory. */
  directoryPoints: PointsPlan[];
  /** Those of the applications of its associations. */
  applicationPoints: PointsPlan[];
  /** How database servers are copied there; nothing where none is declared. */
  copying: CopyingPlan | undefined;
  /** The map of what has a place; nothing where nothing has one. */
  map: MapPlan | undefined;
  /** Its own pages; nothing where it declares none. */
  portal: PortalPlan | undefined;
  /** Services that were retired, as large as when they ran: what holds their data stays. */
  retired: DeployedPlans;
  /** Servers of ours that no service uses any more, and that stay. */
  formerServers: PlannedServer[];
  /** What was retired, by the name of what holds the data: `nextcloud`, `nextcloud-database`, `mastodon-media`. */
  retirements: Readonly<Record<string, Retirement>>;
  /** Services whose rows and role the shared server removes. */
  drops: readonly string[];
  /** What is declared, field by field, for later declarations to be compared with. */
  declared: Declared;
  /** What stands where, for the same. */
  placed: Placed | undefined;
  /** Versions that secrets were raised to, by name. */
  secretVersions: SecretVersions;
  /** Names of the secrets that somebody else must have given to the stack. */
  givenSecrets: string[];
}

/** A database server of ours, and the field that declares it. */
export interface PlannedServer {
  field: string[];
  server: DatabaseSpec;
}

/** What other files than `commune.yaml` say of a commune. */
export interface Beside {
  /** What stands where: `places.geojson`. */
  places?: Places | undefined;
  /** The metropolis that the commune federates in: `stacks/federation.yaml`. */
  metropolis?: Federation | undefined;
  /** What is on the pages of its portal: its coat of arms, `news/`. */
  portal?: PortalFiles | undefined;
  /** What was decided of requests: `requests.jsonl`. */
  decisions?: readonly Decision[] | undefined;
}

/** What a plan reads of a site: the commune's first, where nothing says which. */
export type PlannedSite = Pick<Site, "storageClass" | "privatePeers"> & Partial<Pick<Site, "incarnation">>;

/** Decides what a commune is made of. Pure: the same declaration and site always give the same plan. */
export function planCommune(
  declaration: CommuneDeclaration,
  site: PlannedSite,
  { places, metropolis, portal, decisions }: Beside = {},
): CommunePlan {
  const members = metropolis?.members ?? {};
  const vaults = planVaults(declaration, members, site.storageClass);
  const { drillOf } = declaration;
  const kept = keptVaults({ ...declaration, id: drillOf ?? declaration.id }, members);
  const tenants = planTenants(declaration, site);
  const mariadb = planMariadb(declaration.id, declaration.tenants?.mariadb, site);
  const mail = planMail(declaration.mail, declaration.domain);
  const served = planServices(declaration, site, places);
  const directory = planDirectory(
    declaration,
    tenants.running.map(({ id }) => id),
    plannedServices(served).flatMap(({ looksUp }) => looksUp ?? []),
    site,
    hasAccounts(declaration),
  );
  const running = {
    ...served,
    ...{ vaults: vaults.running, tenants: tenants.running, mariadb: mariadb.running },
    requests: planRequests(declaration, mail, portalLook(declaration), decisions),
    accounts: planAccounts(declaration, mail, portalLook(declaration), tenants.running),
    directory: directory.running,
  };
  const retired = {
    ...retiredServices(declaration, site, places),
    ...{ vaults: vaults.retired, tenants: tenants.retired, mariadb: mariadb.retired },
    directory: directory.retired,
  };
  const sharing = sharingServices(running);
  const keeping = sharingServices(retired);
  const users = [...sharing, ...keeping];
  const database = users.length > 0 ? planDatabase(declaration, site, users) : undefined;
  const every = [...plannedServices(running), ...plannedServices(retired)];
  const isShared = database !== undefined && "ours" in database;
  const { media, identity } = declaration;
  const login = planLogin(declaration, running, tenants.running, mail);
  const copying = planCopying(declaration.recovery, site);
  const map = planMap(declaration, places);
  const points = pointsOf(declaration, running, { shared: database, incarnation: site.incarnation });
  const federation = planFederation(
    declaration,
    {
      ...running,
      services: federatedServices(running),
      map: map && mapPath,
      copies: { of: vaults.running.map(({ guest }) => guest), at: kept.map(({ host }) => host) },
      points: points.map(({ service }) => service),
    },
    linksOf(declaration, metropolis),
  );
  const formerServers: PlannedServer[] = [
    ...(!isShared && isSharedServerKept(declaration)
      ? [{ field: ["database"], server: sharedServer(declaration, site, []) }]
      : []),
    ...every.flatMap(({ service, plan: { formerDatabase } }) =>
      formerDatabase ? [{ field: [service, "dedicatedDatabase"], server: formerDatabase }] : [],
    ),
  ];
  const applicationPoints = applicationPointsOf(declaration, tenants.running, site.incarnation);
  const directoryPoints = directoryPointsOf(declaration, directory.running, site.incarnation);
  const allOfPoints = { points, directoryPoints, applicationPoints };
  const runs = { ...running, retired, formerServers, database, login, ...allOfPoints, copying };
  const software = usedSoftware(
    runs,
    databaseServersOf(runs).map(({ server }) => server),
  );
  return {
    drillOf,
    database,
    mail,
    identities: identitiesOf(declaration, running),
    login,
    ...running,
    retired,
    formerServers,
    retirements: {
      ...retirementsOf(declaration),
      ...(isShared && sharing.length === 0 ? allReleased(declaration, keeping) : {}),
    },
    drops: [
      ...declaration.database.drop,
      ...(isShared ? keeping.filter(({ service }) => isReleased(declaration, service)) : []).map(
        ({ service }) => service,
      ),
    ],
    map,
    portal: planPortal(declaration, portal, {
      ...{ running, software, places },
      described: federation.settings.services,
      map: federation.settings.map,
    }),
    keptVaults: kept,
    ...allOfPoints,
    copying,
    federation,
    declared: declaredOf(declaration),
    placed: places && placedOf(places, running.hotspots !== undefined),
    secretVersions: declaration.secrets,
    givenSecrets: [
      ...(mail?.user === undefined ? [] : [mailPassword]),
      ...(identity?.issuer === undefined ? [] : [identityClientSecret]),
      ...(media === undefined ? [] : Object.values(mediaKeys)),
      ...(database && "outside" in database
        ? [...sharing.map(({ service }) => service), ...(copying ? [copyingRole] : [])].map(externalPassword)
        : []),
    ],
  };
}

function planServices(
  declaration: CommuneDeclaration,
  site: Pick<Site, "storageClass">,
  places: Places | undefined,
): DeployedPlans {
  const plans: DeployedPlans = {
    hotspots: planHotspots(declaration, site, places),
    schools: planSchools(declaration, site),
  };
  const facts = factsOf(declaration, site);
  for (const service of services) service.planInto(plans, declaration, facts);
  return plans;
}

/** What was retired, planned as if it ran. */
function retiredServices(
  declaration: CommuneDeclaration,
  site: Pick<Site, "storageClass">,
  places: Places | undefined,
): DeployedPlans {
  const { retired } = declaration;
  if (Object.keys(retired).length === 0) return {};
  const asIfItRan = { ...declaration, ...retired };
  const plans: DeployedPlans = {
    ...(retired.hotspots && { hotspots: planHotspots(asIfItRan, site, places) }),
    ...(retired.schools && { schools: planSchools(asIfItRan, site) }),
  };
  const facts = factsOf(asIfItRan, site);
  for (const service of services) service.planInto(plans, retired, facts);
  return plans;
}

/** The services whose rows are on the server that services share. */
function sharingServices(plans: ServicePlans): PlannedService[] {
  return plannedServices(plans).filter(({ dedicatedDatabase }) => dedicatedDatabase === undefined);
}

/** What of a plan says which database servers there are. */
type Servers = DeployedPlans & Pick<CommunePlan, "database" | "copying" | "retired" | "formerServers">;

/** The database servers of a plan that are ours, and the field that declares each. */
export function databaseServersOf(plan: Servers): PlannedServer[] {
  const { retired, formerServers } = plan;
  return [
    ...serversInUse(plan).map((planned) =>
      plan.copying ? { ...planned, server: { ...planned.server, isCopied: true } } : planned,
    ),
    ...ownServersOf(retired),
    ...formerServers,
    ...associationServersOf(plan),
    ...associationServersOf(retired),
  ];
}

/** Those of what runs: they are copied where a vault is declared. */
export function serversInUse(plan: Omit<Servers, "retired" | "formerServers">): PlannedServer[] {
  const { database } = plan;
  return [
    ...(database && "ours" in database ? [{ field: ["database"], server: database.ours }] : []),
    ...ownServersOf(plan),
  ];
}

/** Those of associations, whose rows are in the restore points of their applications: no keeper copies them. */
function associationServersOf({ tenants = [] }: DeployedPlans): PlannedServer[] {
  return tenants.flatMap(({ id, postgresql }) =>
    postgresql ? [{ field: ["associations", id, "postgresql"], server: postgresql }] : [],
  );
}

function ownServersOf(plans: DeployedPlans): PlannedServer[] {
  return plannedServices(plans).flatMap(({ service, dedicatedDatabase }) =>
    dedicatedDatabase ? [{ field: [service, "dedicatedDatabase"], server: dedicatedDatabase }] : [],
  );
}
