import * as z from "zod/mini";

/** Path of the page about decisions on the commune's cloud, below its domain. */
export const toldLogPath = "/accords";

/** Its key next to the log's head, in the same ConfigMap: it changes with every approval, and restarts nothing. */
export const toldLogKey = "changes.json";

/** Number of entries that are shown, newest first. */
export const mostTold = 30;

const text = (maximum: number) => z.string().check(z.maxLength(maximum));
const instant = z.iso.datetime();
const signer = z.object({ name: text(100), role: z.enum(["administrator", "official", "data-protection"]) });

/** States of a change. */
const toldStates = ["proposed", "approved", "applied", "failed", "refused"] as const;

const toldChange = z.object({
  /** Time of the last statement about it. */
  at: instant,
  state: z.enum(toldStates),
  /** Whether one can go back from it. */
  label: z.enum(["reversible", "needs a restore point", "irreversible", "refused"]),
  /** The sentences that who signed has read. */
  shown: z.array(text(400)).check(z.maxLength(6)),
  proposedBy: z.optional(signer),
  approvedBy: z.array(signer).check(z.maxLength(10)),
});

const toldException = z.object({
  at: instant,
  rule: text(100),
  /** The request, in French; absent if it was told by an older toolkit. */
  must: z.optional(text(300)),
  object: text(200),
  reason: text(300),
  owner: text(100),
  /** Last day on which it counts. */
  expires: z.iso.date(),
  signedBy: signer,
});

const toldDrill = z.object({
  at: instant,
  outcome: z.enum(["passed", "failed"]),
  /** Titles of the services. */
  services: z.array(text(50)).check(z.maxLength(20)),
  rpoSeconds: z.number().check(z.minimum(0)),
  rtoSeconds: z.optional(z.number().check(z.minimum(0))),
  /** The moment that the databases came back to as well; absent if none did. */
  momentAt: z.optional(instant),
});

const toldUnapproved = z.object({
  /** Time of its beginning. */
  at: instant,
  /** Whether it ended well. */
  isWhole: z.boolean(),
  /** Number of objects that it touched; absent if unknown. */
  objects: z.optional(z.int().check(z.minimum(0))),
});

/** The commune's log of approvals in the form of its page: only lines with valid signatures. */
export const toldLogSchema = z.object({
  changes: z.array(toldChange).check(z.maxLength(mostTold)),
  exceptions: z.array(toldException).check(z.maxLength(mostTold)),
  /** Updates that nobody approved, the newest first; absent if the log has none. */
  unapproved: z.optional(z.array(toldUnapproved).check(z.maxLength(mostTold))),
  /** Number of lines, and of those that do not hold. */
  lines: z.int().check(z.minimum(0)),
  faulty: z.int().check(z.minimum(0)),
  /** Time of the last trial of the recovery kit on paper; absent if none was ever reported. */
  kitTried: z.optional(z.iso.date()),
  /** Recovery drills whose signatures hold, the newest first; absent if there was none. */
  drills: z.optional(z.array(toldDrill).check(z.maxLength(mostTold))),
});

export type ToldLog = z.output<typeof toldLogSchema>;
export type ToldChange = z.output<typeof toldChange>;
export type ToldUnapproved = z.output<typeof toldUnapproved>;
export type ToldDrill = z.output<typeof toldDrill>;
export type Signer = z.output<typeof signer>;

/** Reads what the stack has written; undefined if the text is something else. */
export function readToldLog(json: string): ToldLog | undefined {
  try {
    const read = toldLogSchema.safeParse(JSON.parse(json));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
