import { nearest } from "../foundation/declaration/choice.ts";
import type { Path } from "../foundation/declaration/position.ts";
import type { FieldProblem } from "../foundation/declaration/problem.ts";
import { show } from "../foundation/declaration/show.ts";
import type { FederationDeclaration } from "./declaration.ts";
import { everyoneFor, groupOf, mostLinked } from "./groups.ts";
import type { Federation } from "./members.ts";

/** One side of a link: what this commune declares about a peer. */
export interface Link {
  /** Id of the peer. */
  peer: string;
  name: string;
  domain: string;
  /** Host names outside its domain that belong to it. */
  hosts?: readonly string[] | undefined;
  /** The key that the peer signs with; when absent, the first one seen at its domain counts. */
  publicKey: string | undefined;
  /** Kinds of services. */
  services: string[];
}

/** The fields of a commune's declaration that links depend on. */
export interface FederatedCommune {
  id: string;
  domain: string;
  insee: string;
  federation?: FederationDeclaration | undefined;
}

/** A kind of service that can be linked. */
export interface Linkable {
  kind: string;
  /** The service that carries it. */
  carrier: string;
  /** Whether the commune has that service. */
  isHere: boolean;
}

/**
 * Returns the kinds of services that a commune links with any peer, in the order of display; empty if it does not
 * federate.
 */
export function federatedKinds(
  { federation }: Pick<FederatedCommune, "federation">,
  linkable: readonly Linkable[],
): string[] {
  if (federation === undefined) return [];
  const { services } = federation;
  return linkable
    .filter(({ kind, isHere }) => isHere && (services === undefined || services.includes(kind)))
    .map(({ kind }) => kind);
}

/** Kinds of services that a group's relay and its index carry. */
const [relayed, indexed] = ["microblog", "video"];

/**
 * Returns a declaration with the relay and the index of the commune's group, as if it named them itself: what becomes of
 * it, and whoever judges it, need not know of groups. A kind of service that it does not link gets neither.
 */
export function withGroup<Declaration extends FederatedCommune>(
  declaration: Declaration,
  linkable: readonly Linkable[],
  metropolis: Federation,
): Declaration {
  const { id, federation } = declaration;
  const group = groupOf(metropolis, id);
  if (federation === undefined || group === undefined) return declaration;
  const kinds = federatedKinds(declaration, linkable);
  const { relays, videoIndex } = federation;
  const relay = kinds.includes(relayed) && !relays.includes(group.relay.inbox) ? [group.relay.inbox] : [];
  const index = videoIndex ?? (kinds.includes(indexed) ? group.index.url : undefined);
  return { ...declaration, federation: { ...federation, relays: [...relay, ...relays], videoIndex: index } };
}

/** Returns the communes that `with` names, and `except` leaves. */
function linkedWith(
  id: string,
  { with: asked, except }: FederationDeclaration,
  metropolis: Federation,
): readonly string[] {
  const left = new Set([id, ...except]);
  return (asked === "all" ? everyoneFor(metropolis, id) : asked).filter((peer) => !left.has(peer));
}

/** Returns the links that a commune declares. Pure: whether the peer declares them too shows at run time. */
export function declaredLinks(
  commune: FederatedCommune,
  linkable: readonly Linkable[],
  metropolis: Federation,
): Link[] {
  const { federation } = commune;
  if (federation === undefined) return [];
  const { members } = metropolis;
  const services = federatedKinds(commune, linkable);
  return [...linkedWith(commune.id, federation, metropolis), ...federation.also].sort().flatMap((peer) => {
    const member = Object.hasOwn(members, peer) ? members[peer] : undefined;
    if (member === undefined) return [];
    const { name, domain, hosts, publicKey } = member;
    const only = federation.only[peer];
    return [
      {
        peer,
        name,
        domain,
        ...(hosts === undefined ? {} : { hosts }),
        publicKey,
        services: services.filter((service) => only === undefined || only.includes(service)),
      },
    ];
  });
}

/** Returns the problems of a `federation:` section in view of the metropolis. Paths are those of the declaration. */
export function federationProblems(
  commune: FederatedCommune,
  linkable: readonly Linkable[],
  metropolis: Federation,
): FieldProblem[] {
  const { members } = metropolis;
  const { id, domain, insee, federation } = commune;
  if (federation === undefined) return [];
  const known = Object.keys(members);
  const unknown = (name: string) => {
    const near = nearest(name, known);
    return `${show(name)} is not a member in stacks/federation.yaml. ${near ? `Did you mean ${show(near)}?` : "Add it there, or remove it here."}`;
  };
  const named: [Path, string][] = [
    ...(federation.with === "all"
      ? []
      : federation.with.map((name, index): [Path, string] => [["federation", "with", index], name])),
    ...federation.except.map((name, index): [Path, string] => [["federation", "except", index], name]),
    ...federation.also.map((name, index): [Path, string] => [["federation", "also", index], name]),
    ...Object.keys(federation.only).map((name): [Path, string] => [["federation", "only", name], name]),
  ];
  const isMember = (name: string) => Object.hasOwn(members, name);
  const own = isMember(id) ? members[id] : undefined;
  return [
    ...(own === undefined
      ? [
          {
            field: ["federation"],
            message: `${show(id)} is not a member in stacks/federation.yaml, so no peer can declare it. Add it there.`,
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
      return isMember(name) ? [] : [{ field, message: unknown(name) }];
    }),
    ...reachProblems(id, federation, metropolis),
    ...serviceProblems(linkable, federation),
  ];
}

/** Finds more links than a commune can have, and members that are named beside `all` for nothing. */
function reachProblems(
  id: string,
  federation: FederationDeclaration,
  metropolis: Federation,
): FieldProblem[] {
  const linked = new Set(linkedWith(id, federation, metropolis));
  const ways =
    federation.with === "all" && metropolis.groups === undefined
      ? "Declare groups in stacks/federation.yaml (docs/federation.md), or name fewer members here."
      : "Name fewer members here: other communes are found by the relay and the index of a group (docs/federation.md).";
  const field: Path = ["federation", "with"];
  return [
    ...(linked.size > mostLinked
      ? [{ field, message: `links with ${linked.size} communes, which is more than ${mostLinked}. ${ways}` }]
      : []),
    ...federation.also.flatMap((name, index): FieldProblem[] => {
      const at: Path = ["federation", "also", index];
      if (federation.with !== "all")
        return [
          { field: at, message: `${show(name)} is beside a list. Write it in with:, and remove it here.` },
        ];
      return linked.has(name)
        ? [{ field: at, message: `${show(name)} is linked by with: all already. Remove it here.` }]
        : [];
    }),
  ];
}

/** Finds services that are declared as linked but do not exist. */
function serviceProblems(
  linkable: readonly Linkable[],
  { services = [], only }: FederationDeclaration,
): FieldProblem[] {
  const written: [Path, readonly string[]][] = [
    [["federation", "services"], services],
    ...Object.entries(only).map(([peer, list]): [Path, readonly string[]] => [
      ["federation", "only", peer],
      list,
    ]),
  ];
  return written.flatMap(([path, list]) =>
    list.flatMap((kind, index) => {
      const { isHere = true, carrier } = linkable.find((each) => each.kind === kind) ?? {};
      if (isHere) return [];
      return [
        {
          field: [...path, index],
          message: `${show(kind)} is linked by ${carrier}, which this commune does not have. Remove it, or declare ${carrier}.`,
        },
      ];
    }),
  );
}
