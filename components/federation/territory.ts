import { show, showWord } from "../foundation/declaration/show.ts";
import type { Descriptor } from "./descriptor.ts";

/** Where a member of the metropolis may say that it is: what others act on must be there. */
export interface Territory {
  domain: string;
  /** Host names elsewhere that its entry in stacks/federation.yaml lists. */
  hosts: readonly string[];
  /** Domains of other communes: what is below one of them that is below this domain is not this member's. */
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

const host = "[a-z0-9-]+(?:\\.[a-z0-9-]+)+";

/** An address that every program reads alike: no user, no port, no other alphabet, no final dot, no backslash. */
const plainAddress = new RegExp(`^https://(${host})(?:[/?][!#-;=?-\\[\\]_a-z~]*)?$`);

/** An account: letters, digits, and what Mastodon allows between them. */
const plainAccount = new RegExp(`^[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*@(${host})$`);

/** What links are opened to, `cloud.bron.fr` or `mairie@bron.fr`: whether it is a member's. */
export function isTargetOf(target: string, territory: Territory): boolean {
  return isOf(target.slice(target.lastIndexOf("@") + 1).toLowerCase(), territory);
}

/** Every place that a descriptor names as its commune's own. Where the source of a software is, is no such place. */
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

/** Why a descriptor cannot be its commune's: the first value that is not in its territory. Nothing when all are. */
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
