import * as z from "zod/mini";

/** Where the newest posts and videos of the commune's own services are shown, below its domain. */
export const latestPagePath = "/publications";

/** Where the reconciler tells the publisher of them. */
export const latestPath = "/latest";

/** How many are kept of each service. */
export const keptLatest = 10;

/** The most that the reconciler writes down and the publisher takes, bytes: ten of each service are a hundredth of it. */
export const largestLatest = 256 * 1024;

const latestItem = z.object({
  /** Its page, at the commune's own service. */
  url: z.string().check(z.maxLength(500), z.regex(/^https:\/\//)),
  date: z.iso.datetime(),
  /** Plain text: a title, or all of a post. */
  text: z.string().check(z.maxLength(1000)),
});

const latestOfService = z.object({
  /** The service's own address. */
  url: z.string().check(z.maxLength(500), z.regex(/^https:\/\//)),
  /** When it said so: it may have been silent since. */
  at: z.iso.datetime(),
  answers: z.boolean(),
  items: z.array(latestItem).check(z.maxLength(keptLatest)),
});

/** By kind of service: what it showed everybody when it answered last. */
const latestSchema = z.object({
  version: z.literal(1),
  id: z.string().check(z.maxLength(30)),
  services: z.record(z.string().check(z.maxLength(50)), latestOfService),
});

export type Latest = z.output<typeof latestSchema>;
export type LatestItem = z.output<typeof latestItem>;
export type LatestOfService = z.output<typeof latestOfService>;

/** Reads what the reconciler has written; nothing where it is not that. */
export function readLatest(text: string): Latest | undefined {
  try {
    const read = latestSchema.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
