import { show, showWord } from "../foundation/declaration/show.ts";
import type { Descriptor } from "./descriptor.ts";

/** Domains and hosts that a member of the metropolis may name as its own: links and pages only follow those. */
export interface Territory {
  domain: string;
  /** Host names outside its domain that its entry in stacks/federation.yaml lists. */
  hosts: readonly string[];
  /** Domains of other communes: a host below one of them is not this member's, even if it is below this domain. */
  others: readonly string[];
}

const isBelow = (host: string, domain: string) => host === domain || host.endsWith(`.${domain}`);

/** Whether a host, in its plain spelling, is a member's. */
export function isOf(host: string, { domain, hosts, others }: Territory): boolean {
  return (
    hosts.includes(host) ||
    (isBelow(host, domain) &&
      !others.some((other) => other !== domain && isBelow(other, domain) && isBelow(host, other)))
  );
}

/**
 * Returns those of some domains that are below each: of thousands of members, the few that matter to one. A domain under
 * which there are none is missing.
 */
export function domainsBelow(domains: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const all = new Set(domains);
  const below = new Map<string, string[]>();
  for (const domain of all) {
    for (let dot = domain.indexOf("."); dot !== -1; dot = domain.indexOf(".", dot + 1)) {
      const above = domain.slice(dot + 1);
      if (all.has(above)) below.set(above, [...(below.get(above) ?? []), domain]);
    }
  }
  return below;
}

const host = "[a-z0-9-]+(?:\\.[a-z0-9-]+)+";

/** An address that every program reads alike: no user, port, other alphabet, final dot or backslash. */
const plainAddress = new RegExp(`^https://(${host})(?:[/?][!#-;=?-\\[\\]_a-z~]*)?$`);

/** An account: letters, digits, and what Mastodon allows between them. */
const plainAccount = new RegExp(`^[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*@(${host})$`);

/** Whether the target of a link, `cloud.bron.fr` or `mairie@bron.fr`, is a member's. */
export function isTargetOf(target: string, territory: Territory): boolean {
  return isOf(target.slice(target.lastIndexOf("@") + 1).toLowerCase(), territory);
}

/** Returns every address that a descriptor names as its commune's own. The source code of a software may be anywhere. */
function claims({
  services,
  map,
  hotspots,
  schools,
}: Descriptor): [field: string, value: string | undefined][] {
  return [
    ...services.flatMap(
      ({ kind, url, account, feeds = [], endpoints = {} }): [string, string | undefined][] => [
        [`${kind}.url`, url],
        [`${kind}.account`, account],
        ...feeds.map((feed): [string, string] => [`${kind}.feeds`, feed]),
        ...Object.entries(endpoints).map(([name, endpoint]): [string, string] => [
          `${kind}.endpoints.${name}`,
          endpoint,
        ]),
      ],
    ),
    ["map", map],
    ["hotspots.url", hotspots?.url],
    ["schools.url", schools?.url],
    ...(schools?.libraries ?? []).map(({ url }): [string, string] => ["schools.libraries", url]),
  ];
}

/**
 * Returns the reason why a descriptor cannot be its commune's: the first value outside its territory; undefined if all
 * are inside.
 */
export function claimElsewhere(descriptor: Descriptor, territory: Territory): string | undefined {
  for (const [field, value] of claims(descriptor)) {
    if (value === undefined) continue;
    const [, at] = (field.endsWith(".account") ? plainAccount : plainAddress).exec(value) ?? [];
    const isAlike = field.endsWith(".account") || (URL.canParse(value) && new URL(value).host === at);
    if (at === undefined || !isAlike || !isOf(at, territory)) {
      return `its descriptor names ${show(value)} (${showWord(field)}), which is not plainly a place of ${territory.domain}; other hosts of a member are listed in stacks/federation.yaml`;
    }
  }
  return undefined;
}
