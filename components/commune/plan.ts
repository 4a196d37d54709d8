import type { Federation } from "../federation/members.ts";
import { planFederation } from "../federation/plan.ts";
import type { Site } from "../foundation/site/site.ts";
import { mapPath } from "../places/map/published.ts";
import { digestsOf } from "../places/places/digests.ts";
import type { Places } from "../places/places/places.ts";
import { externalPassword } from "../platform/database/external.ts";
import { copyingRole } from "../platform/database/replication.ts";
import { identityClientSecret } from "../platform/identity/plan.ts";
import { type Mail, mailPassword, planMail } from "../platform/mail/plan.ts";
import { mediaKeys, objectsKeys } from "../platform/media/plan.ts";
import type { PortalFiles } from "../portal/plan.ts";
import { firstIncarnation } from "../recovery/incarnation.ts";
import { planCopying } from "../recovery/keeper/plan.ts";
import { bucketSecrets, isBucket } from "../recovery/vault/plan.ts";
import type { PlannedService } from "../services/define.ts";
import { plannedServices, type ServicePlans } from "../services/index.ts";
import type { Decision } from "../tenants/requests/decisions.ts";
import { planDatabase, sharedServer } from "./database-plan.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { declaredOf } from "./declared.ts";
import { factsOf } from "./facts.ts";
import { federatedServices, linksOf } from "./links.ts";
import { partsToPlan } from "./parts.ts";
import type { CommunePlan, DeployedPlans, PlannedParts, PlannedServer } from "./planned.ts";
import { pointsOf, pointsOfServices } from "./points.ts";
import { planPortal, portalLook } from "./portal.ts";
import { allReleased, isReleased, isSharedServerKept, retirementsOf } from "./retirement.ts";
import { usedSoftware } from "./software.ts";

/** Contents of other files of a commune than `commune.yaml`. */
export interface Beside {
  /** Its places: `places.geojson`. */
  places?: Places | undefined;
  /** The metropolis that the commune federates in: `stacks/federation.yaml`. */
  metropolis?: Federation | undefined;
  /** Contents of its portal's pages: its coat of arms, `news/`. */
  portal?: PortalFiles | undefined;
  /** Decisions about requests: `requests.jsonl`. */
  decisions?: readonly Decision[] | undefined;
}

/** Facts about a site that a plan depends on; the first incarnation when absent. */
export type PlannedSite = Pick<Site, "storageClass" | "privatePeers"> & Partial<Pick<Site, "incarnation">>;

/** Plans everything that a commune is made of. Pure: a declaration and a site always give the same plan. */
export function planCommune(
  declaration: CommuneDeclaration,
  site: PlannedSite,
  beside: Beside = {},
): CommunePlan {
  const { places, metropolis, portal } = beside;
  const mail = planMail(declaration.mail, declaration.domain);
  const { running, retired } = planParts(declaration, site, { ...beside, mail });
  const { vaults = [], keptVaults = [], identities = {}, map } = running;
  const sharing = sharingServices(running);
  const keeping = sharingServices(retired);
  const users = [...sharing, ...keeping];
  const database = users.length > 0 ? planDatabase(declaration, site, users) : undefined;
  const every = [...plannedServices(running), ...plannedServices(retired)];
  const isShared = database !== undefined && "ours" in database;
  const { id, domain, drillOf, media, identity } = declaration;
  const copying = planCopying(declaration, site);
  const points = pointsOf(declaration, { ...running, database }, site.incarnation);
  const federation = planFederation(
    declaration,
    {
      ...running,
      services: federatedServices(running),
      map: map && mapPath,
      copies: {
        of: vaults.map(({ guest }) => guest),
        at: keptVaults.flatMap((each) => (isBucket(each) ? [] : each.host)),
      },
      points: pointsOfServices({ ...running, points }),
      incarnation: site.incarnation === firstIncarnation ? undefined : site.incarnation,
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
  const planned: PlannedParts = {
    ...running,
    availability: {
      commune: declaration.availability ?? "single",
      services: Object.fromEntries(
        plannedServices(running).flatMap(({ service, plan: { availability: own } }) =>
          own === undefined ? [] : [[service, own]],
        ),
      ),
    },
    ...{ id, domain, drillOf, database, mail, identities, keptVaults, copying, federation },
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
    points,
    declared: declaredOf(declaration),
    placed: places && digestsOf(places, running.hotspots !== undefined),
    secretVersions: declaration.secrets,
    givenSecrets: [
      ...(mail?.user === undefined ? [] : [mailPassword]),
      ...(identity?.issuer === undefined ? [] : [identityClientSecret]),
      ...(media === undefined ? [] : Object.values(mediaKeys)),
      ...(plannedServices(running).some(isInOwnBucket) ? Object.values(objectsKeys) : []),
      ...bucketSecrets(keptVaults),
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

/** Plans every part that plans itself: running and retired. */
function planParts(
  declaration: CommuneDeclaration,
  site: PlannedSite,
  { places, metropolis, decisions, mail }: Beside & { mail: Mail | undefined },
): { running: DeployedPlans; retired: DeployedPlans } {
  const [running, retired]: [DeployedPlans, DeployedPlans] = [{}, {}];
  const facts = factsOf(declaration, site);
  const isAnyRetired = Object.keys(declaration.retired).length > 0;
  const factsAsItRan = isAnyRetired ? factsOf({ ...declaration, ...declaration.retired }, site) : facts;
  const around = {
    ...{ declaration, site, places, decisions, mail },
    members: metropolis?.members ?? {},
    look: portalLook(declaration),
    ...{ facts, factsAsItRan },
  };
  for (const part of partsToPlan) {
    const planned = part.plan?.({
      ...around,
      plans: running,
      // Only for those that read it.
      get services() {
        return plannedServices(running);
      },
    });
    Object.assign(running, planned?.running);
    Object.assign(retired, planned?.retired);
  }
  return { running, retired };
}

/** Whether the files of a service are in a bucket of its own, and not in that of `media:`. */
function isInOwnBucket({ plan: { media }, hasOwnBucket = false }: PlannedService): boolean {
  return media?.kind === "s3" && hasOwnBucket;
}

/** Returns the services whose rows are on the shared server. */
function sharingServices(plans: ServicePlans): PlannedService[] {
  return plannedServices(plans).filter(({ dedicatedDatabase }) => dedicatedDatabase === undefined);
}
