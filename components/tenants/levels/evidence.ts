import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { ImageLock } from "../../foundation/image/lock.ts";
import { chartDigest, levelFile } from "../chart/render.ts";
import { leastLevel, levelOf, levels } from "./levels.ts";

const step = z.strictObject({
  level: z
    .int()
    .min(1)
    .max(levels.length - 1),
  round: z.int().min(1).max(2),
  did: z.string(),
  saw: z.string(),
  passed: z.boolean(),
  at: z.iso.datetime(),
});

const evidenceSchema = z.strictObject({
  version: z.literal(1),
  chart: z.string(),
  /** Derived from the steps: a file with another level is not read. */
  level: z.int().min(0).max(levels.length),
  /** Reason why it is not the highest; absent if it is. */
  reason: z.string().optional(),
  /** Digest of the files of the chart and of the library. */
  chartDigest: z.string(),
  /** Images that ran: each by its reference, with the digest and the origin of the cluster's image of that name. */
  images: z.array(z.strictObject({ reference: z.string(), digest: z.string(), from: z.string() })),
  kubernetes: z.string(),
  steps: z.array(step),
});

/** Observations of a chart, with the chart's and the images' digests. */
export type Evidence = z.output<typeof evidenceSchema>;

/** Known level of an application. `void` has the reasons why the evidence is about something other than what would run. */
export type KnownLevel =
  | { level: undefined; void: readonly string[] }
  | { level: number; reason: string | undefined; void: readonly string[]; evidence: Evidence };

/**
 * Sentence about a chart without evidence. It is the only mark of an application whose image nobody has run; a check
 * removes it.
 */
const neverChecked =
  "it was never checked: nobody has run its image here, its chart follows what its authors publish, and contract tests alone hold it";

/**
 * Reads the evidence of a chart and compares it with the present: the chart's files, and the images that would run.
 *
 * @param references images of the application as it would be deployed.
 * @param lock builds that would run, if they are pinned.
 */
export function knownLevel(folder: string, references: readonly string[], lock: ImageLock = {}): KnownLevel {
  const file = join(folder, levelFile);
  if (!existsSync(file)) return { level: undefined, void: [neverChecked] };
  const read = evidenceSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!read.success || read.data.level !== levelOf(read.data.steps))
    return { level: undefined, void: [`${levelFile} is not what a check writes`] };
  const { level, reason, images, chartDigest: digest } = read.data;
  const changed = references.flatMap((reference) => {
    const seen = images.find((image) => image.reference === reference);
    const locked = lock[reference]?.digest;
    if (seen === undefined) return [`it was checked with another image than ${reference}`];
    if (locked !== undefined && locked !== seen.digest)
      return [`${reference} is locked to ${short(locked)}, and was ${short(seen.digest)}, ${seen.from}`];
    return [];
  });
  const own = chartDigest(folder) === digest ? [] : ["the chart has changed since"];
  return { level, reason, void: [...own, ...changed], evidence: read.data };
}

function short(digest: string): string {
  return digest.slice(0, "sha256:".length + 12);
}

/** Returns the warning for a commune that offers an application; undefined if there is none. */
export function warningOf(known: KnownLevel): string | undefined {
  if (known.level === undefined || known.void.length > 0)
    return `has no level that counts: ${known.void.join("; ")}`;
  if (known.level >= leastLevel) return undefined;
  return `is of level ${known.level}, below ${leastLevel} (${known.reason ?? "no reason is known"})`;
}
