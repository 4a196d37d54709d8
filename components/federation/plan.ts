import type { Coordinates } from "../foundation/declaration/coordinates.ts";
import { namespaceOf } from "../foundation/manifest/labels.ts";
import type { FederatedCommune, Link } from "./links.ts";
import type { OwnService, ReconcilerSettings } from "./settings.ts";
import { reconcilerWorkload, serviceWorkload } from "./workloads.ts";

/** A commune among the others: what it publishes of itself, whom it declares, its publisher and its reconciler. */
export interface FederationPlan {
  settings: ReconcilerSettings;
  /** Address of the commune's own website, where it has one. */
  website?: string | undefined;
  links: Link[];
  /** The services that the reconciler speaks to, by their names. */
  services: readonly string[];
}

/** What the federation of a commune depends on in its declaration. */
export interface FederationSubject extends FederatedCommune {
  name: string;
  population: number;
  contact: string;
  location?: Coordinates | undefined;
  website?: string | undefined;
}

/** A service of the commune that others can be linked with. */
export interface FederatedService
  extends Pick<OwnService, "kind" | "version" | "licence" | "source" | "account" | "feeds" | "endpoints"> {
  /** Its name; also that of its software and of its namespace. */
  service: string;
  host: string;
  /** What stands after the @ of accounts, where others keep them. */
  handleDomain?: string | undefined;
}

/** What others may know of a commune beside its declaration. */
export interface FederatedPlans {
  services: readonly FederatedService[];
  /** Path of its map below the domain. */
  map?: string | undefined;
  hotspots?: { host: string; points: readonly unknown[] } | undefined;
  copies?: ReconcilerSettings["copies"];
  points?: ReconcilerSettings["points"];
  schools?: { host: string; libraries: readonly { id: string; name: string }[] } | undefined;
}

/** How often links are compared when nothing says so: a commune without links has nothing to compare. */
const idlePeriodSeconds = 300;

/**
 * What a commune says of itself, and its links. Every commune says it, whether it federates or not: it is public
 * information, and a link that was taken out of the declaration is closed by the same program that opened it.
 */
export function planFederation(
  subject: FederationSubject,
  plans: FederatedPlans,
  links: Link[],
): FederationPlan {
  const { id, name, insee, domain, contact, population, location, website, federation } = subject;
  const webfinger = plans.services.find(({ handleDomain }) => handleDomain === domain);
  return {
    settings: {
      id,
      name,
      insee,
      domain,
      contact,
      population,
      location,
      namespace: namespaceOf(reconcilerWorkload(id)),
      periodSeconds: federation?.period.seconds ?? idlePeriodSeconds,
      webfinger: webfinger && `https://${webfinger.host}/.well-known/webfinger`,
      map: plans.map && `https://${domain}${plans.map}`,
      ...onSite(plans),
      ...copiesIn(plans),
      ...pointsIn(plans),
      redundancy: federation?.redundancy !== undefined,
      services: plans.services.map((service) => ownService(id, service)),
    },
    ...(website === undefined ? {} : { website }),
    links,
    services: plans.services.map(({ service }) => service),
  };
}

/** What a commune has for people where they are: its Wi-Fi, and what its schools share. */
function onSite({ hotspots, schools }: FederatedPlans): Pick<ReconcilerSettings, "hotspots" | "schools"> {
  return {
    ...(hotspots && { hotspots: { points: hotspots.points.length, url: `https://${hotspots.host}` } }),
    ...(schools && {
      schools: {
        url: `https://${schools.host}`,
        libraries: schools.libraries.map(({ id, name }) => ({
          name,
          url: `https://${schools.host}/library/${id}`,
        })),
      },
    }),
  };
}

/** Nothing is said where there are none. */
function copiesIn({ copies }: FederatedPlans): Pick<ReconcilerSettings, "copies"> {
  return copies === undefined || copies.of.length + copies.at.length === 0 ? {} : { copies };
}

function pointsIn({ points }: FederatedPlans): Pick<ReconcilerSettings, "points"> {
  return points === undefined || points.length === 0 ? {} : { points };
}

function ownService(
  commune: string,
  { service, host, kind, handleDomain: _, ...published }: FederatedService,
): OwnService {
  const workload = serviceWorkload(commune, service);
  return {
    kind,
    software: workload.software,
    url: `https://${host}`,
    inside: `http://${service}.${namespaceOf(workload)}.svc`,
    ...published,
  };
}
