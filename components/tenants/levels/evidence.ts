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
  /** Follows from the steps: a file in which it does not is not read. */
  level: z.int().min(0).max(levels.length),
  /** Why it is not the highest; absent where it is. */
  reason: z.string().optional(),
  /** Of the chart's files and the library's. */
  chartDigest: z.string(),
  /** What ran: each image by its reference, with the digest of what the cluster had under that name, and where that was from. */
  images: z.array(z.strictObject({ reference: z.string(), digest: z.string(), from: z.string() })),
  kubernetes: z.string(),
  steps: z.array(step),
});

/** What was seen of a chart, and of which chart and images. */
export type Evidence = z.output<typeof evidenceSchema>;

/** What is known of an application's level. `void` says why the evidence is of something else than what would run. */
export type KnownLevel =
  | { level: undefined; void: readonly string[] }
  | { level: number; reason: string | undefined; void: readonly string[]; evidence: Evidence };

/** What is said of a chart without evidence: the only mark of an application whose image nobody has run, which a check takes off. */
const neverChecked =
  "it was never checked: nobody has run its image here, its chart follows what its authors publish, and contract tests alone hold it";

/**
 * Reads the evidence of a chart and compares it with what there is now: the chart's files, the images by which it would run.
 *
 * @param references images of the application as it would be deployed.
 * @param lock which build of each would run, where that is said.
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

/** Why a commune that offers an application is warned; nothing where it is not. */
export function warningOf(known: KnownLevel): string | undefined {
  if (known.level === undefined || known.void.length > 0)
    return `has no level that counts: ${known.void.join("; ")}`;
  if (known.level >= leastLevel) return undefined;
  return `is of level ${known.level}, below ${leastLevel} (${known.reason ?? "no reason is known"})`;
}
