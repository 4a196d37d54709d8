import { type ExternalServer, externalPassword } from "../database/external.ts";
import type { DatabaseSpec } from "../database/manifests.ts";
import { planServer } from "../database/plan.ts";
import { descriptorPagePath } from "../federation/descriptor.ts";
import type { Federation } from "../federation/members.ts";
import { planFederation } from "../federation/plan.ts";
import type { FederationPlan } from "../federation/spec.ts";
import { type HotspotsPlan, planHotspots } from "../hotspots/plan.ts";
import { type Identity, identityClientSecret } from "../identity/identity.ts";
import { type Mail, mailPassword, planMail } from "../mail/mail.ts";
import { planMap } from "../map/plan.ts";
import { type MastodonPlan, planMastodon } from "../mastodon/plan.ts";
import { mediaKeys } from "../media/media.ts";
import { type NextcloudPlan, planNextcloud } from "../nextcloud/plan.ts";
import { type PeertubePlan, planPeertube } from "../peertube/plan.ts";
import type { Places } from "../places/places.ts";
import { planSchools, type SchoolsPlan } from "../schools/plan.ts";
import type { Site } from "../site/site.ts";
import type { CommuneDeclaration } from "./declaration.ts";

/** What a declaration comes to at a site, with every size known. */
export interface CommunePlan {
  /** The server that services share: ours, or one outside. Nothing when no service needs one. */
  database: { ours: DatabaseSpec } | { outside: ExternalServer } | undefined;
  mail: Mail | undefined;
  identity: Identity | undefined;
  nextcloud: NextcloudPlan | undefined;
  mastodon: MastodonPlan | undefined;
  peertube: PeertubePlan | undefined;
  hotspots: HotspotsPlan | undefined;
  schools: SchoolsPlan | undefined;
  federation: FederationPlan;
  /** Names of the secrets that somebody else must have given to the stack. */
  givenSecrets: string[];
}

/** One service of a plan: its name in the declaration, and what it comes to. */
export interface PlannedService {
  service: "nextcloud" | "mastodon" | "peertube";
  plan: NextcloudPlan | MastodonPlan | PeertubePlan;
  /** The database server of its own, when it has one. */
  dedicatedDatabase: DatabaseSpec | undefined;
}

/** What other files than `commune.yaml` say of a commune. */
export interface Beside {
  /** What stands where: `places.geojson`. */
  places?: Places | undefined;
  /** The metropolis that the commune federates in: `stacks/federation.yaml`. */
  metropolis?: Federation | undefined;
}

/** Decides what a commune is made of. Pure: the same declaration and site always give the same plan. */
export function planCommune(
  declaration: CommuneDeclaration,
  site: Pick<Site, "storageClass" | "privatePeers">,
  { places, metropolis }: Beside = {},
): CommunePlan {
  const services = {
    nextcloud: planNextcloud(declaration, site),
    mastodon: planMastodon(declaration, site),
    peertube: planPeertube(declaration, site),
  };
  const sharing = plannedServices(services).filter(
    ({ dedicatedDatabase }) => dedicatedDatabase === undefined,
  );
  const database = sharing.length > 0 ? planDatabase(declaration, site, sharing) : undefined;
  const { media, identity } = declaration;
  const hotspots = planHotspots(declaration, site, places);
  const schools = planSchools(declaration, site);
  const mail = planMail(declaration.mail, declaration.domain);
  return {
    database,
    mail,
    identity,
    ...services,
    hotspots,
    schools,
    federation: planFederation(
      declaration,
      { ...services, map: planMap(declaration, places), hotspots, schools },
      metropolis,
    ),
    givenSecrets: [
      ...(mail?.user === undefined ? [] : [mailPassword]),
      ...(identity === undefined ? [] : [identityClientSecret]),
      ...(media === undefined ? [] : Object.values(mediaKeys)),
      ...(database && "outside" in database ? sharing.map(({ service }) => externalPassword(service)) : []),
    ],
  };
}

/** The services that a plan has, in the order of the declaration. */
export function plannedServices({
  nextcloud,
  mastodon,
  peertube,
}: Pick<CommunePlan, "nextcloud" | "mastodon" | "peertube">): PlannedService[] {
  return [
    ...(nextcloud
      ? [{ service: "nextcloud" as const, plan: nextcloud, dedicatedDatabase: nextcloud.dedicatedDatabase }]
      : []),
    ...(mastodon
      ? [{ service: "mastodon" as const, plan: mastodon, dedicatedDatabase: mastodon.dedicatedDatabase }]
      : []),
    ...(peertube
      ? [{ service: "peertube" as const, plan: peertube, dedicatedDatabase: peertube.dedicatedDatabase }]
      : []),
  ];
}

/** A public name of a commune, and the service behind it. */
export interface PublicHost {
  service: string;
  host: string;
  /** Where a reader begins: empty for the service's start page. */
  path: string;
}

/** The public names of a commune, and the service behind each. */
export function publicHosts(plan: CommunePlan): PublicHost[] {
  return [
    ...plannedServices(plan).map(({ service, plan: { host } }) => ({ service, host, path: "" })),
    ...(plan.hotspots ? [{ service: "hotspots", host: plan.hotspots.host, path: "" }] : []),
    ...(plan.schools ? [{ service: "schools", host: plan.schools.host, path: "" }] : []),
    { service: "federation", host: plan.federation.settings.domain, path: descriptorPagePath },
  ];
}

function planDatabase(
  { id, database }: CommuneDeclaration,
  site: Pick<Site, "storageClass">,
  services: readonly PlannedService[],
): CommunePlan["database"] {
  if (database.external) {
    const { host, port, encryption } = database.external;
    return { outside: { host, port, sslMode: encryption } };
  }
  const needed = services.reduce((sum, { plan }) => sum + plan.size.databaseMiB, 0);
  return { ours: planServer({ commune: id, server: "database" }, database, needed, site) };
}

/** The database servers of a plan that are ours, and the field that declares each. */
export function databaseServersOf(plan: CommunePlan): { field: string[]; server: DatabaseSpec }[] {
  const { database } = plan;
  return [
    ...(database && "ours" in database ? [{ field: ["database"], server: database.ours }] : []),
    ...plannedServices(plan).flatMap(({ service, dedicatedDatabase }) =>
      dedicatedDatabase ? [{ field: [service, "dedicatedDatabase"], server: dedicatedDatabase }] : [],
    ),
  ];
}
