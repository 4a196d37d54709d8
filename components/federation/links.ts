import { nearest } from "../declaration/choice.ts";
import type { Path } from "../declaration/position.ts";
import { show } from "../declaration/show.ts";
import type { FederationDeclaration } from "./declaration.ts";
import { type LinkedService, linkedServices } from "./descriptor.ts";
import type { Federation } from "./members.ts";

/** One side of a link: what this commune declares about a peer. */
export interface Link {
  /** Id of the peer. */
  peer: string;
  name: string;
  domain: string;
  /** The key that the peer signs with; the first one seen at its domain counts when absent. */
  publicKey: string | undefined;
  services: LinkedService[];
}

/** What a link depends on in the declaration of a commune. */
export interface FederatedCommune {
  id: string;
  domain: string;
  insee: string;
  nextcloud?: unknown;
  mastodon?: unknown;
  peertube?: unknown;
  federation?: FederationDeclaration | undefined;
}

const carriers = { documents: "nextcloud", microblog: "mastodon", video: "peertube" } as const;

/** The services of a commune that can be linked, in the order in which they are shown. */
export function linkableServices(commune: FederatedCommune): LinkedService[] {
  return linkedServices.filter((service) => commune[carriers[service]] !== undefined);
}

/** The services that a commune links with anybody; none when it does not federate. */
export function federatedServices(commune: FederatedCommune): LinkedService[] {
  if (commune.federation === undefined) return [];
  const { services } = commune.federation;
  return linkableServices(commune).filter((service) => services === undefined || services.includes(service));
}

/** The links that a commune declares, by id of the peer. Pure: whether the peer declares it too shows at run time. */
export function declaredLinks(commune: FederatedCommune, { members }: Federation): Link[] {
  const { federation } = commune;
  if (federation === undefined) return [];
  const asked = federation.with === "all" ? Object.keys(members) : federation.with;
  const services = federatedServices(commune);
  return asked
    .filter((id) => id !== commune.id && !federation.except.includes(id))
    .sort()
    .flatMap((peer) => {
      const member = members[peer];
      if (member === undefined) return [];
      const { name, domain, publicKey } = member;
      const only = federation.only[peer];
      return [
        {
          peer,
          name,
          domain,
          publicKey,
          services: services.filter((service) => only === undefined || only.includes(service)),
        },
      ];
    });
}

/** What is wrong with a `federation:` section as seen from the metropolis. Paths are those of the declaration. */
export function federationProblems(
  commune: FederatedCommune,
  { members }: Federation,
): { field: Path; message: string }[] {
  const { id, domain, insee, federation } = commune;
  if (federation === undefined) return [];
  const known = Object.keys(members);
  const unknown = (name: string) => {
    const near = nearest(name, known);
    return `${show(name)} is no member in stacks/federation.yaml. ${near ? `Did you mean ${show(near)}?` : "Add it there, or remove it here."}`;
  };
  const named: [Path, string][] = [
    ...(federation.with === "all"
      ? []
      : federation.with.map((name, index): [Path, string] => [["federation", "with", index], name])),
    ...federation.except.map((name, index): [Path, string] => [["federation", "except", index], name]),
    ...Object.keys(federation.only).map((name): [Path, string] => [["federation", "only", name], name]),
  ];
  const own = members[id];
  return [
    ...(own === undefined
      ? [
          {
            field: ["federation"],
            message: `${show(id)} is no member in stacks/federation.yaml, so that no peer can declare it. Add it there.`,
          },
        ]
      : []),
    ...(own !== undefined && own.domain !== domain
      ? [
          {
            field: ["domain"],
            message: `${show(domain)} is not what stacks/federation.yaml tells the peers (${show(own.domain)}). Write the same in both.`,
          },
        ]
      : []),
    ...(own !== undefined && own.insee !== insee
      ? [
          {
            field: ["insee"],
            message: `${show(insee)} is not what stacks/federation.yaml says (${show(own.insee)}). Write the same in both.`,
          },
        ]
      : []),
    ...named.flatMap(([field, name]) => {
      if (name === id) return [{ field, message: `${show(name)} is this commune itself. Remove it.` }];
      return known.includes(name) ? [] : [{ field, message: unknown(name) }];
    }),
    ...serviceProblems(commune, federation),
  ];
}

/** Services that are declared as linked, and are not there. */
function serviceProblems(
  commune: FederatedCommune,
  { services = [], only }: FederationDeclaration,
): { field: Path; message: string }[] {
  const here = linkableServices(commune);
  const lists: [Path, readonly LinkedService[]][] = [
    [["federation", "services"], services],
    ...Object.entries(only).map(([peer, list]): [Path, readonly LinkedService[]] => [
      ["federation", "only", peer],
      list,
    ]),
  ];
  return lists.flatMap(([path, list]) =>
    list.flatMap((service, index) =>
      here.includes(service)
        ? []
        : [
            {
              field: [...path, index],
              message: `${show(service)} is linked by ${carriers[service]}, which this commune does not have. Remove it, or declare ${carriers[service]}.`,
            },
          ],
    ),
  );
}
