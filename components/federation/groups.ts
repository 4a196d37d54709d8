import type * as z from "zod";
import { address } from "../foundation/declaration/address.ts";
import { nearest } from "../foundation/declaration/choice.ts";
import { communeId } from "../foundation/declaration/identifier.ts";
import { line } from "../foundation/declaration/line.ts";
import { list } from "../foundation/declaration/list.ts";
import type { Path } from "../foundation/declaration/position.ts";
import type { FieldProblem } from "../foundation/declaration/problem.ts";
import { section } from "../foundation/declaration/section.ts";
import { show } from "../foundation/declaration/show.ts";
import { isOf } from "./territory.ts";

/**
 * The most communes that `with` links one with, and that a group has: each copies the directory of every other daily,
 * and what is remembered of all fits the ConfigMap of the status (decision 0370).
 */
export const mostLinked = 60;

/** A member that runs something for a group. */
const runBy = () => communeId().describe("Member that runs it: its address is at that commune.");

/** Communes that all link with each other, and what they share with the rest of the metropolis. */
export const groupSection = section({
  name: line({ maximumLength: 100, example: "Est lyonnais" }).describe("Name that people read."),
  members: list(communeId(), { minimum: 1, maximum: mostLinked, noun: "members" }).describe(
    "Its communes: `with: all` is these.",
  ),
  relay: section({
    commune: runBy(),
    inbox: address({ example: "https://relais.bron.fr/inbox" }).describe(
      "Inbox of an ActivityPub relay. The Mastodons of the group exchange public posts with it, and so with every group that names the same one.",
    ),
  }).describe("Brings public posts to and from other groups."),
  index: section({
    commune: runBy(),
    url: address({ example: "https://recherche.bron.fr" }).describe(
      "Address of a PeerTube search index. The PeerTubes of the group offer it beside their own search.",
    ),
  }).describe("Finds the videos of other groups."),
});

export type Group = z.output<typeof groupSection>;

/** A metropolis, as far as its groups depend on it. */
interface Grouped {
  members: Readonly<Record<string, { domain: string; hosts?: readonly string[] | undefined }>>;
  groups?: Readonly<Record<string, Group>> | undefined;
}

/** Returns the group of a commune; undefined if it has none, or the metropolis has no groups. */
export function groupOf({ groups = {} }: Grouped, id: string): Group | undefined {
  return Object.values(groups).find(({ members }) => members.includes(id));
}

/** Returns the communes that `with: all` means for one of them: its group, or every member where there are no groups. */
export function everyoneFor(metropolis: Grouped, id: string): readonly string[] {
  if (metropolis.groups === undefined) return Object.keys(metropolis.members);
  return groupOf(metropolis, id)?.members ?? [];
}

/** Returns the problems of the groups in view of the members. Paths are those of stacks/federation.yaml. */
export function groupProblems({ members, groups }: Grouped): FieldProblem[] {
  if (groups === undefined) return [];
  const known = Object.keys(members);
  const domains = Object.values(members).map(({ domain }) => domain);
  const firstOf = new Map<string, string>();
  const unknown = (name: string) => {
    const near = nearest(name, known);
    return `${show(name)} is not a member. ${near ? `Did you mean ${show(near)}?` : "Add it to members, or remove it here."}`;
  };
  const ofGroup = ([group, { members: communes, relay, index }]: [string, Group]): FieldProblem[] => [
    ...communes.flatMap((id, at) => {
      const field: Path = ["groups", group, "members", at];
      if (!Object.hasOwn(members, id)) return [{ field, message: unknown(id) }];
      const first = firstOf.get(id);
      if (first === undefined) {
        firstOf.set(id, group);
        return [];
      }
      const message = `${show(id)} is in the group ${show(first)} already. A commune is in one group: remove it from one of the two.`;
      return [{ field, message }];
    }),
    ...[
      { what: "relay", commune: relay.commune, of: "inbox", at: relay.inbox },
      { what: "index", commune: index.commune, of: "url", at: index.url },
    ].flatMap(({ what, commune, of, at }): FieldProblem[] => {
      const path: Path = ["groups", group, what];
      const owner = Object.hasOwn(members, commune) ? members[commune] : undefined;
      if (owner === undefined) return [{ field: [...path, "commune"], message: unknown(commune) }];
      const { domain, hosts = [] } = owner;
      const { hostname } = new URL(at);
      if (isOf(hostname, { domain, hosts, others: domains })) return [];
      const message = `${show(hostname)} is not ${commune}'s. Write a host at ${domain} or below, or list it in members.${commune}.hosts.`;
      return [{ field: [...path, of], message }];
    }),
  ];
  const problems = Object.entries(groups).flatMap(ofGroup);
  const left = known.filter((id) => !firstOf.has(id));
  return [
    ...problems,
    ...left.map((id) => ({
      field: ["members", id],
      message: `${show(id)} is in no group. Add it to the members of one, of at most ${mostLinked} communes.`,
    })),
  ];
}
