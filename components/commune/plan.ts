import type { Federation } from "../federation/members.ts";
import { planFederation } from "../federation/plan.ts";
import type { Site } from "../foundation/site/site.ts";
import { planHotspots } from "../places/hotspots/plan.ts";
import { planMap } from "../places/map/plan.ts";
import { mapPath } from "../places/map/published.ts";
import type { Places } from "../places/places/places.ts";
import { externalPassword } from "../platform/database/external.ts";
import { copyingRole } from "../platform/database/replication.ts";
import { planDirectory } from "../platform/directory/plan.ts";
import { identityClientSecret } from "../platform/identity/plan.ts";
import { mailPassword, planMail } from "../platform/mail/plan.ts";
import { planMariadb } from "../platform/mariadb/plan.ts";
import { mediaKeys } from "../platform/media/plan.ts";
import type { PortalFiles } from "../portal/plan.ts";
import { planCopying } from "../recovery/keeper/plan.ts";
import { keptVaults, planVaults } from "../recovery/vault/plan.ts";
import { planSchools } from "../schools/schools/plan.ts";
import type { PlannedService } from "../services/define.ts";
import { plannedServices, type ServicePlans, services } from "../services/index.ts";
import { planAccounts } from "../tenants/accounts/plan.ts";
import type { Decision } from "../tenants/requests/decisions.ts";
import { planRequests } from "../tenants/requests/plan.ts";
import { hasAccounts } from "../tenants/tenant/account-pages.ts";
import { planTenants } from "../tenants/tenant/plan.ts";
import { planDatabase, sharedServer } from "./database-plan.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { declaredOf } from "./declared.ts";
import { factsOf } from "./facts.ts";
import { federatedServices, linksOf } from "./links.ts";
import { identitiesOf, planLogin } from "./login-plan.ts";
import { placedOf } from "./placed.ts";
import type { CommunePlan, DeployedPlans, PlannedParts, PlannedServer } from "./planned.ts";
import { applicationPointsOf, directoryPointsOf, pointsOf } from "./points.ts";
import { planPortal, portalLook } from "./portal.ts";
import { allReleased, isReleased, isSharedServerKept, retirementsOf } from "./retirement.ts";
import { usedSoftware } from "./software.ts";

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
  const planned: PlannedParts = {
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
  const software = usedSoftware(planned);
  return {
    ...planned,
    portal: planPortal(declaration, portal, {
      ...{ running, software, places },
      described: federation.settings.services,
      map: federation.settings.map,
    }),
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
