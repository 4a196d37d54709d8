import * as z from "zod/mini";

/** Where a commune says what it is, below its domain. */
export const descriptorPath = "/.well-known/commune.json";

/** The same for people, as a page. */
export const descriptorPagePath = "/.well-known/commune";

export function descriptorAddress(domain: string): string {
  return `https://${domain}${descriptorPath}`;
}

/** What communes link, each by the service that carries it: Nextcloud, Mastodon, PeerTube. */
export const linkedServices = ["documents", "microblog", "video"] as const;
export type LinkedService = (typeof linkedServices)[number];

/** How long a signed descriptor is good for: an older one may have been recorded and played again. Hours. */
export const descriptorLifetimeHours = 24;

const text = (maximum: number) => z.string().check(z.maxLength(maximum));
const host = text(253).check(z.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/));
const address = text(500).check(z.regex(/^https:\/\//));
const instant = z.iso.datetime();
const count = z.number().check(z.minimum(0));

const service = z.object({
  kind: z.enum(linkedServices),
  /** Name of the software, as its authors write it in lower case. */
  software: text(50),
  version: text(50),
  url: address,
  /** SPDX identifier. */
  licence: text(100),
  source: address,
  /** The account that other communes follow: `mairie@villeurbanne.fr`. */
  account: z.optional(text(300).check(z.regex(/^[^@\s]+@[^@\s]+$/))),
  /** What can be read without an account. */
  feeds: z.optional(z.array(address).check(z.maxLength(10))),
  statistics: z.optional(z.record(text(50), count)),
});

/**
 * `/.well-known/commune.json`: what a commune publishes of itself. Members that are not known here are kept out of
 * what is read and are part of what is signed. Its schema for others: docs/descriptor.schema.json.
 */
export const descriptorSchema = z.object({
  version: z.literal(1),
  id: text(30),
  name: text(100),
  insee: text(5),
  domain: host,
  /** Where citizens and other communes reach the people in charge. */
  contact: text(300),
  population: count,
  /** Where it is, WGS 84, degrees. */
  location: z.optional(
    z.object({
      latitude: z.number().check(z.minimum(-90), z.maximum(90)),
      longitude: z.number().check(z.minimum(-180), z.maximum(180)),
    }),
  ),
  issued: instant,
  expires: instant,
  services: z.array(service).check(z.maxLength(20)),
  /** Whom it federates with, and by which services: a link exists when both say so. */
  peers: z
    .array(z.object({ id: text(30), domain: host, services: z.array(z.enum(linkedServices)) }))
    .check(z.maxLength(1000)),
});

export type Descriptor = z.output<typeof descriptorSchema>;
export type DescribedService = Descriptor["services"][number];
