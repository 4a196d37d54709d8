import * as z from "zod/mini";

/** Path of the newest posts and videos of the commune's own services, below its domain. */
export const latestPagePath = "/publications";

/** Path at which the reconciler gives them to the publisher. */
export const latestPath = "/latest";

/** Number of items that are kept of each service. */
export const keptLatest = 10;

/** Most that the reconciler writes and the publisher accepts, bytes: ten items of each service take a hundredth of it. */
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
  /** Time of that statement: it may have been silent since. */
  at: z.iso.datetime(),
  answers: z.boolean(),
  items: z.array(latestItem).check(z.maxLength(keptLatest)),
});

/** Newest public items by kind of service, as of its last answer. */
const latestSchema = z.object({
  version: z.literal(1),
  id: z.string().check(z.maxLength(30)),
  services: z.record(z.string().check(z.maxLength(50)), latestOfService),
});

export type Latest = z.output<typeof latestSchema>;
export type LatestItem = z.output<typeof latestItem>;
export type LatestOfService = z.output<typeof latestOfService>;

/** Reads what the reconciler has written; undefined if the text is something else. */
export function readLatest(text: string): Latest | undefined {
  try {
    const read = latestSchema.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
