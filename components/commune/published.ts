import * as z from "zod";
import { commit } from "../foundation/declaration/commit.ts";
import { seedOrigins } from "../foundation/seed/origin.ts";
import type { Declared } from "./declared.ts";

const publishedService = z.object({
  version: z.string(),
  host: z.string(),
  /** Domain in the addresses of accounts, where a service has such addresses. */
  handles: z.string().optional(),
  /** Where rows are. */
  database: z.string(),
  /** Where files are. */
  media: z.string(),
  /** Labels of the keys that a service keeps for ever. */
  keys: z.array(z.string()).default([]),
});

/** What cannot simply become something else about one service. */
export type PublishedService = z.output<typeof publishedService>;

/** A field of the declaration, or a section of fields. */
const declared: z.ZodType<Declared> = z.record(
  z.string(),
  z.lazy(() => z.union([z.string(), declared])),
);

const digests = z.record(z.string(), z.string());

const placed = z.object({
  points: z.record(
    z.string(),
    z.object({
      count: z.number(),
      ids: z.string(),
      devices: z.string(),
      places: z.string(),
      radios: z.string(),
      hours: z.string(),
    }),
  ),
  quarters: digests,
  zones: digests,
  spaces: digests,
});

const publishedLink = z.object({
  /** What is linked, as it is told. */
  services: z.string(),
  domain: z.string(),
  /** Tells the key that the peer signs with from another one; nothing where it is not known. */
  key: z.string().optional(),
});

const revision = z.object({ commit: commit(), isDirty: z.boolean() });

/**
 * The form of what is published. 1, which did not say so, had what refusals need; 2 has what every difference takes. A
 * form that is newer than this one cannot be read: its `version` is another.
 */
export const publishedForm = 2;

const publishedSchema = z.object({
  version: z.literal(publishedForm).optional(),
  services: z.record(z.string(), publishedService),
  volumes: z.record(z.string(), z.number()),
  /** Major version of each database server's data; one for all in what stacks said before 25 November 2026. */
  postgresql: z.union([
    z.record(z.string(), z.string()),
    z.string().transform((major): Record<string, string> => ({ database: major })),
  ]),
  /** What the pod of each database server is made of, as a checksum: another one is a restart. */
  serverPods: z.record(z.string(), z.string()).default({}),
  /** The same of what else ends before its next version starts; nothing in what stacks said before 26 November 2026. */
  pods: z.record(z.string(), z.string()).optional(),
  /** Names that are built into what is outside: the points of the public Wi-Fi, the schools' computers. */
  names: z.record(z.string(), z.string()).default({}),
  /** Domains of the associations that it hosts, by the suffix of their namespace. */
  tenants: z.record(z.string(), z.string()).default({}),
  /** What was retired, by the name of what holds the data, and what becomes of it. */
  retired: z
    .record(z.string(), z.object({ since: z.string(), data: z.enum(["kept", "released"]) }))
    .default({}),
  /** Services that have rows on the commune's own shared server; told by their places in what older versions wrote. */
  rows: z.array(z.string()).optional(),
  /** Tells two seeds apart without telling either. */
  seed: z.string(),
  /** What the points of the public Wi-Fi were signed as last: they refuse a smaller serial. */
  signed: z.object({ serial: z.number(), content: z.string() }).optional(),
  /** Where the seed came from; nothing in what stacks said before 26 November 2026. */
  seedFrom: z.enum(seedOrigins).optional(),
  /** Whether Pulumi protected what holds data; nothing in what stacks said before 26 November 2026. */
  data: z.enum(["protected", "disposable"]).optional(),
  /** The cluster that it runs on (components/foundation/site/cluster.ts); nothing in what stacks said before 26 November 2026. */
  cluster: z.string().optional(),
  /** Every declared field, of running services too: nothing of a person and no setting of an application, but digests. */
  declared: declared.optional(),
  /** Peers, and what is linked with each. */
  links: z.record(z.string(), publishedLink).optional(),
  /** What stands where, in digests. */
  placed: placed.optional(),
  /** News on its own pages, a digest of each; nothing where it has no such pages. */
  news: digests.optional(),
  /** Versions of what comes with the toolkit, beside the applications. */
  software: digests.optional(),
  /** The version of each password and key, by its name. */
  secrets: z.record(z.string(), z.number()).optional(),
  /** What the stack's settings say of the place where it runs (components/foundation/site/site.ts). */
  site: digests.optional(),
  /** Where the declaration was read from; nothing where that is in no repository of git. */
  revision: revision.optional(),
  /** What was before the last update that changed something: its revision, versions, and a digest of what was declared. */
  previous: z
    .object({
      revision: revision.optional(),
      services: z.record(z.string(), z.string()),
      declared: z.string().optional(),
    })
    .optional(),
});

/**
 * What a stack says of itself after an update, for the next one to compare with: everything that cannot simply
 * become something else. It is the stack output `published`.
 */
export type Published = z.output<typeof publishedSchema>;

/** Whose stack it is: each fact by itself, so that it is read where the rest is of a form that this version does not know. */
const identitySchema = z.object({
  seed: publishedSchema.shape.seed.optional().catch(undefined),
  seedFrom: publishedSchema.shape.seedFrom.catch(undefined),
  cluster: publishedSchema.shape.cluster.catch(undefined),
});

/** What tells a stack's own seed and cluster from others. */
export type Identity = z.output<typeof identitySchema>;

/** Reads of a stack's output `published` what it says of its seed and its cluster, whatever the form of the rest. */
export function readIdentity(output: unknown): Identity {
  const read = identitySchema.safeParse(output);
  return read.success ? read.data : {};
}

/** Reads a stack's output `published`; nothing when it is of a form that this version does not know. */
export function readPublished(output: unknown): Published | undefined {
  const read = publishedSchema.safeParse(output);
  return read.success ? read.data : undefined;
}

/** Where rows are that are on the commune's own shared server. */
export const sharedPlace = "the commune's server";

/** The services that a stack has rows of on the commune's own shared server. */
export function rowsOn({ rows, services }: Pick<Published, "rows" | "services">): string[] {
  const told = Object.entries(services).flatMap(([name, { database }]) =>
    database === sharedPlace ? [name] : [],
  );
  return rows ?? told;
}
