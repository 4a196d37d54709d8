import type { Coordinates } from "../foundation/declaration/coordinates.ts";
import { namespaceOf } from "../foundation/manifest/labels.ts";
import type { FederatedCommune, Link } from "./links.ts";
import type { OwnService, ReconcilerSettings } from "./settings.ts";
import { reconcilerWorkload, serviceWorkload } from "./workloads.ts";

/** A commune among the others: its descriptor, its links, its publisher and its reconciler. */
export interface FederationPlan {
  settings: ReconcilerSettings;
  /** Address of the commune's own website, if it has one. */
  website?: string | undefined;
  links: Link[];
  /** The services that the reconciler speaks to, by their names. */
  services: readonly string[];
  /** Seconds between two restore points that the reconciler sees; undefined if there are none: it has no keys to buckets. */
  pointsEverySeconds: number | undefined;
}

/** The fields of a declaration that a commune's federation depends on. */
export interface FederationSubject extends FederatedCommune {
  name: string;
  population: number;
  contact: string;
  location?: Coordinates | undefined;
  website?: string | undefined;
}

/** A service of the commune that others can link with. */
export interface FederatedService
  extends Pick<OwnService, "kind" | "version" | "licence" | "source" | "account" | "feeds" | "endpoints"> {
  /** Its name, which is also that of its software and of its namespace. */
  service: string;
  host: string;
  /** Domain after the @ of accounts, for a service whose accounts other servers remember. */
  handleDomain?: string | undefined;
}

/** Public facts about a commune beyond its declaration. */
export interface FederatedPlans {
  services: readonly FederatedService[];
  /** Path of its map, below the domain. */
  map?: string | undefined;
  hotspots?: { host: string; points: readonly unknown[] } | undefined;
  copies?: ReconcilerSettings["copies"];
  points?: readonly { service: string; everySeconds: number }[];
  /** Number of the site; undefined for the first one. */
  incarnation?: number | undefined;
  schools?: { host: string; libraries: readonly { id: string; name: string }[] } | undefined;
}

/** Seconds between two comparisons of links if nothing is declared: a commune without links has nothing to compare. */
const idlePeriodSeconds = 300;

/**
 * Plans a commune's descriptor and its links. Every commune has a descriptor, whether it federates or not: it is
 * public information, and the program that opened a link closes it when it is no longer declared.
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
    pointsEverySeconds: plans.copies?.at.length ? plans.points?.[0]?.everySeconds : undefined,
  };
}

/** Returns what a commune offers on site: its Wi-Fi, and the lessons that its schools share. */
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

/** Returns the copies for the descriptor; nothing if there are none. */
function copiesIn({ copies }: FederatedPlans): Pick<ReconcilerSettings, "copies"> {
  return copies === undefined || copies.of.length + copies.at.length === 0 ? {} : { copies };
}

function pointsIn({
  points,
  incarnation,
}: FederatedPlans): Pick<ReconcilerSettings, "points" | "incarnation"> {
  if (points === undefined || points.length === 0) return {};
  return {
    points: points.map(({ service }) => service),
    ...(incarnation !== undefined && { incarnation }),
  };
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
