import * as z from "zod";
import { commit } from "../foundation/declaration/commit.ts";
import { seedOrigins } from "../foundation/seed/origin.ts";
import { placesDigests } from "../places/places/digests.ts";
import type { Declared } from "./declared.ts";

const publishedService = z.object({
  version: z.string(),
  host: z.string(),
  /** Domain in the addresses of accounts, if a service has such addresses. */
  handles: z.string().optional(),
  /** Place of the rows. */
  database: z.string(),
  /** Place of the files. */
  media: z.string(),
  /** Labels of the keys that a service keeps for ever. */
  keys: z.array(z.string()).default([]),
});

/** Facts about one service that cannot simply change. */
export type PublishedService = z.output<typeof publishedService>;

/** A field of the declaration, or a section of fields. */
const declared: z.ZodType<Declared> = z.record(
  z.string(),
  z.lazy(() => z.union([z.string(), declared])),
);

const digests = z.record(z.string(), z.string());

const publishedLink = z.object({
  /** Linked services, as they are shown. */
  services: z.string(),
  domain: z.string(),
  /** Digest that distinguishes the key that the peer signs with; absent if the key is not known. */
  key: z.string().optional(),
});

const revision = z.object({ commit: commit(), isDirty: z.boolean() });

/**
 * Version of the published form. 1, which had no version field, contained what refusals need; 2 contains what every
 * difference needs. A newer form cannot be read: its `version` differs.
 */
export const publishedForm = 2;

const publishedSchema = z.object({
  version: z.literal(publishedForm).optional(),
  services: z.record(z.string(), publishedService),
  volumes: z.record(z.string(), z.number()),
  /** Services whose restore points list what a bucket has; absent in states published before 3 December 2026. */
  listed: z.array(z.string()).optional(),
  /** Major version of each database server's data; one for all in states published before 25 November 2026. */
  postgresql: z.union([
    z.record(z.string(), z.string()),
    z.string().transform((major): Record<string, string> => ({ database: major })),
  ]),
  /** Database servers of which there are several, on nodes of their own; absent if there are none. */
  spread: z.array(z.string()).optional(),
  /** Checksum of each database server's pod: another one is a restart. */
  serverPods: z.record(z.string(), z.string()).default({}),
  /**
   * Checksum of every other pod that ends before its next version starts; absent in states published before 26
   * November 2026.
   */
  pods: z.record(z.string(), z.string()).optional(),
  /** Names that are built into things outside: hotspots, the schools' computers. */
  names: z.record(z.string(), z.string()).default({}),
  /** Domains of the hosted associations, by the suffix of their namespace. */
  tenants: z.record(z.string(), z.string()).default({}),
  /** Retirements, by the name of the data holder, and what becomes of the data. */
  retired: z
    .record(z.string(), z.object({ since: z.string(), data: z.enum(["kept", "released"]) }))
    .default({}),
  /**
   * Services with rows on the commune's own shared server; derived from their places in states published by older
   * versions.
   */
  rows: z.array(z.string()).optional(),
  /** Fingerprint that distinguishes seeds without revealing them. */
  seed: z.string(),
  /** Last signed serial and content of the hotspots' settings: hotspots refuse a smaller serial. */
  signed: z.object({ serial: z.number(), content: z.string() }).optional(),
  /** Origin of the seed; absent in states published before 26 November 2026. */
  seedFrom: z.enum(seedOrigins).optional(),
  /** Whether Pulumi protected data holders; absent in states published before 26 November 2026. */
  data: z.enum(["protected", "disposable"]).optional(),
  /**
   * The cluster that it runs on (components/foundation/site/cluster.ts); absent in states published before 26 November
   * 2026.
   */
  cluster: z.string().optional(),
  /** Every declared field, of running services too: persons' data and applications' settings only as digests. */
  declared: declared.optional(),
  /** Peers, and the services linked with each. */
  links: z.record(z.string(), publishedLink).optional(),
  /** Digests of its places. */
  placed: placesDigests.optional(),
  /** Digest of each news item on its own pages; absent if it has no pages. */
  news: digests.optional(),
  /** Versions of the software that comes with the toolkit, apart from applications. */
  software: digests.optional(),
  /** The version of each password and key, by its name. */
  secrets: z.record(z.string(), z.number()).optional(),
  /** Facts about the site in the stack's settings (components/foundation/site/site.ts). */
  site: digests.optional(),
  /** Revision of the declaration; absent if it is not in a git repository. */
  revision: revision.optional(),
  /** State before the last update that changed something: its revision, versions, and a digest of its declaration. */
  previous: z
    .object({
      revision: revision.optional(),
      services: z.record(z.string(), z.string()),
      declared: z.string().optional(),
    })
    .optional(),
});

/**
 * State that a stack publishes about itself after an update, for the next one to compare with: everything that cannot simply
 * change. It is the stack output `published`.
 */
export type Published = z.output<typeof publishedSchema>;

/** A stack's identity: each fact is read separately, even if the rest has a form that this version does not know. */
const identitySchema = z.object({
  seed: publishedSchema.shape.seed.optional().catch(undefined),
  seedFrom: publishedSchema.shape.seedFrom.catch(undefined),
  cluster: publishedSchema.shape.cluster.catch(undefined),
});

/** Facts that distinguish a stack's seed and cluster from others. */
export type Identity = z.output<typeof identitySchema>;

/** Reads the seed and the cluster in a stack's output `published`, whatever the form of the rest. */
export function readIdentity(output: unknown): Identity {
  const read = identitySchema.safeParse(output);
  return read.success ? read.data : {};
}

/** Reads a stack's output `published`; undefined if it has a form that this version does not know. */
export function readPublished(output: unknown): Published | undefined {
  const read = publishedSchema.safeParse(output);
  return read.success ? read.data : undefined;
}

/** Whether a stack had a service, an association, or something else with a name for people. */
export function isServed(name: string, { services, names, tenants }: Published): boolean {
  return [services, names, tenants].some((served) => name in served);
}

/** Published place of rows on the commune's own shared server. */
export const sharedPlace = "the commune's server";

/** Returns the services with rows on the commune's own shared server. */
export function rowsOn({ rows, services }: Pick<Published, "rows" | "services">): string[] {
  const told = Object.entries(services).flatMap(([name, { database }]) =>
    database === sharedPlace ? [name] : [],
  );
  return rows ?? told;
}
