import { existsSync } from "node:fs";
import type * as z from "zod";
import { domain } from "../foundation/declaration/domain.ts";
import { email } from "../foundation/declaration/email.ts";
import { communeId, identifier } from "../foundation/declaration/identifier.ts";
import { inseeCode } from "../foundation/declaration/insee.ts";
import { line } from "../foundation/declaration/line.ts";
import { list } from "../foundation/declaration/list.ts";
import { type Loaded, loadLongYaml } from "../foundation/declaration/load.ts";
import { named, section } from "../foundation/declaration/section.ts";
import { show } from "../foundation/declaration/show.ts";
import { inStacks } from "../foundation/declaration/stacks.ts";
import { publicKey } from "../foundation/multikey/public-key.ts";
import { groupProblems, groupSection, mostLinked } from "./groups.ts";

/** One commune of the metropolis, as the others know it. */
const memberSection = section({
  name: line({ maximumLength: 100, example: "Bron" }).describe("Name that people read."),
  insee: inseeCode().describe("Official code of the commune."),
  domain: domain({ example: "bron.fr" }).describe(
    "Its domain. Its descriptor is at `https://<domain>/.well-known/commune.json`.",
  ),
  contact: email({ example: "numerique@bron.fr" }).describe("Address of the people in charge."),
  hosts: list(domain({ example: "nuage.grandlyon.com" }), { maximum: 20, noun: "host names" })
    .optional()
    .describe(
      "Host names outside its domain that belong to it. Its descriptor is refused as a whole if it names any other host that is not below its domain.",
    ),
  publicKey: publicKey()
    .optional()
    .describe(
      "The key that it signs with. When absent: the one of its stack, or the first one seen at its domain.",
    ),
  vaultKey: publicKey()
    .optional()
    .describe(
      "The key that signs the passwords of its vaults, for the hosts of its copies. When absent: the one of its stack.",
    ),
  stack: communeId()
    .optional()
    .describe("Its stack, if it is in the same Pulumi backend: its keys are read there."),
});

/** A host that a member lists, and the other member to which it belongs. */
interface Claimed {
  id: string;
  /** Position in the member's list. */
  index: number;
  host: string;
  owner: string;
}

/** Returns the hosts that are another member's as well, by its list or its domain. Its work grows with the hosts alone. */
function claimedTwice(members: Readonly<Record<string, Member>>): Claimed[] {
  const entries = Object.entries(members);
  const owners = new Map<string, string[]>();
  const own = (host: string, id: string) => owners.set(host, [...(owners.get(host) ?? []), id]);
  for (const [id, { hosts = [] }] of entries) for (const host of hosts) own(host, id);
  const domains = new Map<string, string[]>();
  for (const [id, { domain }] of entries) domains.set(domain, [...(domains.get(domain) ?? []), id]);
  return entries.flatMap(([id, { hosts = [] }]) =>
    hosts.flatMap((host, index) => {
      const claimants = [...(owners.get(host) ?? []), ...(domains.get(domainAbove(host, domains)) ?? [])];
      const owner = claimants.find((other) => other !== id);
      return owner === undefined ? [] : [{ id, index, host, owner }];
    }),
  );
}

/** Returns the nearest of some domains that a host is at or below; an empty text if it is below none. */
function domainAbove(host: string, domains: ReadonlyMap<string, unknown>): string {
  for (let at = host; at !== ""; at = at.includes(".") ? at.slice(at.indexOf(".") + 1) : "")
    if (domains.has(at)) return at;
  return "";
}

/**
 * Schema of `stacks/federation.yaml`: the members of the metropolis. Communes kept in other repositories are members
 * too.
 */
export const federationSchema = section({
  name: line({ maximumLength: 100, example: "Métropole de Lyon" }).describe("Name of the metropolis."),
  members: named(communeId(), memberSection, "members")
    .check(({ value: members, issues }) => {
      for (const { id, index, host, owner } of claimedTwice(members)) {
        const message = `${show(host)} is ${owner}'s already. A host belongs to one member: remove it from one of the two.`;
        issues.push({ code: "custom", path: [id, "hosts", index], message, input: host });
      }
    })
    .describe("The communes, by id."),
  groups: named(
    identifier({ noun: "the id of a group", title: "group id", example: "est" }),
    groupSection,
    "groups",
  )
    .optional()
    .describe(
      `Where there are more than ${mostLinked} communes: each is in one group, links with that one, and finds the others by a relay and an index. All link with all when absent.`,
    ),
}).check(({ value, issues }) => {
  for (const { field, message } of groupProblems(value))
    issues.push({ code: "custom", path: [...field], message, input: undefined });
});

export type Federation = z.output<typeof federationSchema>;
export type Member = z.output<typeof memberSection>;

/** Loads the metropolis from its file; undefined if there is no file. */
export function loadFederation(stacks: string): Loaded<Federation> | undefined {
  const file = inStacks(stacks, "federation.yaml");
  return existsSync(file) ? loadLongYaml(file, federationSchema) : undefined;
}
