import type { Coordinates } from "../declaration/coordinates.ts";
import { images } from "../image/catalogue.ts";
import { namespaceOf } from "../manifest/labels.ts";
import type { MapPlan } from "../map/plan.ts";
import { mapPath } from "../map/published.ts";
import type { MastodonPlan } from "../mastodon/plan.ts";
import type { NextcloudPlan } from "../nextcloud/plan.ts";
import type { PeertubePlan } from "../peertube/plan.ts";
import type { SchoolsPlan } from "../schools/plan.ts";
import type { FederationDeclaration } from "./declaration.ts";
import { declaredLinks, type FederatedCommune } from "./links.ts";
import type { Federation } from "./members.ts";
import type { OwnService, ReconcilerSettings } from "./settings.ts";
import { type FederationPlan, reconcilerWorkload, serviceWorkload } from "./spec.ts";

/** What the federation of a commune depends on in its declaration. */
export interface FederationSubject extends FederatedCommune {
  name: string;
  population: number;
  contact: string;
  location?: Coordinates | undefined;
  federation?: FederationDeclaration | undefined;
}

/** The services of a commune as far as others may know them. */
export interface FederatedPlans {
  nextcloud: NextcloudPlan | undefined;
  mastodon: MastodonPlan | undefined;
  peertube: PeertubePlan | undefined;
  map?: MapPlan | undefined;
  hotspots?: { host: string; points: readonly unknown[] } | undefined;
  schools?: Pick<SchoolsPlan, "host" | "libraries"> | undefined;
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
  metropolis: Federation | undefined,
): FederationPlan {
  const { id, name, insee, domain, contact, population, location, federation } = subject;
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
      webfinger:
        plans.mastodon?.handleDomain === domain
          ? `https://${plans.mastodon.host}/.well-known/webfinger`
          : undefined,
      map: plans.map && `https://${domain}${mapPath}`,
      ...onSite(plans),
      redundancy: federation?.redundancy !== undefined,
      services: ownServices(id, plans),
    },
    links: metropolis === undefined ? [] : declaredLinks(subject, metropolis),
    map: plans.map,
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

function ownServices(commune: string, { nextcloud, mastodon, peertube }: FederatedPlans): OwnService[] {
  const common = (kind: OwnService["kind"], host: string) => {
    const workload = serviceWorkload(commune, kind);
    return {
      kind,
      software: workload.software,
      url: `https://${host}`,
      inside: `http://${workload.service}.${namespaceOf(workload)}.svc`,
    };
  };
  return [
    ...(nextcloud
      ? [
          {
            ...common("documents", nextcloud.host),
            version: nextcloud.version,
            ...free("nextcloud"),
            endpoints: {
              webdav: `https://${nextcloud.host}/remote.php/webdav/`,
              caldav: `https://${nextcloud.host}/.well-known/caldav`,
              carddav: `https://${nextcloud.host}/.well-known/carddav`,
              ocm: `https://${nextcloud.host}/ocm-provider/`,
            },
          },
        ]
      : []),
    ...(mastodon
      ? [
          {
            ...common("microblog", mastodon.host),
            version: mastodon.version,
            ...free("mastodon"),
            account: `${mastodon.owner.name}@${mastodon.handleDomain}`,
            feeds: [`https://${mastodon.host}/@${mastodon.owner.name}.rss`],
            endpoints: {
              api: `https://${mastodon.host}/api/v2/instance`,
              nodeinfo: `https://${mastodon.host}/.well-known/nodeinfo`,
            },
          },
        ]
      : []),
    ...(peertube
      ? [
          {
            ...common("video", peertube.host),
            version: peertube.version,
            ...free("peertube"),
            feeds: [
              `https://${peertube.host}/feeds/videos.xml?isLocal=true`,
              `https://${peertube.host}/feeds/videos.atom?isLocal=true`,
            ],
            endpoints: {
              api: `https://${peertube.host}/api/v1/config`,
              nodeinfo: `https://${peertube.host}/.well-known/nodeinfo`,
            },
          },
        ]
      : []),
  ];
}

function free(software: "nextcloud" | "mastodon" | "peertube"): Pick<OwnService, "licence" | "source"> {
  const { licence, source } = images[software];
  return { licence, source };
}
