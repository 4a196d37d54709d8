import * as z from "zod";
import type { Reported, Said } from "./log.ts";
import { missing } from "./needs.ts";
import { isReported, isSaid, type Judged, judgeApproval } from "./verify.ts";

/** What is read of `pulumi stack history --json`; whose environment it was stays there. */
export const historySchema = z.array(
  z.object({
    kind: z.string(),
    startTime: z.string(),
    result: z.string(),
    message: z.string().optional(),
  }),
);
export type History = z.output<typeof historySchema>;

/** An update of a stack that nobody approved. */
export interface Unapproved {
  /** When it began, ISO 8601. */
  started: string;
  kind: string;
  result: string;
  why: string;
}

/**
 * Every update of a stack that no approval covers, the first one first: plain `pulumi up`, and those whose approval does not
 * hold. Previews change nothing and are not in a history.
 */
export function unapproved(history: History, lines: readonly Judged[]): Unapproved[] {
  return history
    .map(({ startTime, ...rest }) => ({ ...rest, started: new Date(startTime).toISOString() }))
    .sort((one, other) => (one.started < other.started ? -1 : 1))
    .flatMap(({ kind, started, result, message = "" }) => {
      const why = problemOf(message, started, lines);
      return why === undefined ? [] : [{ started, kind, result, why }];
    });
}

function problemOf(message: string, started: string, lines: readonly Judged[]): string | undefined {
  const digest = /^approval (sha256:[0-9a-f]{64})$/.exec(message)?.[1];
  if (digest === undefined) return "no approval is named";
  return lackOf(
    ({ digest: own, started: when }) => own === digest && when === started,
    (yes) => yes.expires >= started,
    lines,
  );
}

/**
 * Which of some moments are of updates that no approval covers, as a stack itself knows of them, which has no history of
 * Pulumi's to read: `commune apply` has no line that holds about an update that went on then, or too few said yes before.
 *
 * @param began when this run began: where something is approved and waits, this run is taken for what applies it. The next
 *   one knows better.
 */
export function unapprovedAt(moments: readonly string[], began: string, lines: readonly Judged[]): string[] {
  return moments.filter((moment) => {
    if (moment === began && waits(lines, new Date(began))) return false;
    const then = Date.parse(moment);
    const isThen = ({ started = "", at }: Made) => Date.parse(started) <= then && then <= Date.parse(at);
    return lackOf(isThen, ({ expires }) => Date.parse(expires) >= then, lines) !== undefined;
  });
}

/** Whether something was approved, and nobody has applied it. */
function waits(lines: readonly Judged[], now: Date): boolean {
  return lines.some(
    ({ entry }) => entry?.kind === "approved" && judgeApproval(lines, entry, now).problems.length === 0,
  );
}

type Made = Extract<Reported, { kind: "applied" | "failed" }>;
type Approved = Extract<Said, { kind: "approved" }>;

/** What is missing for an update to be an approved one; nothing where it is. */
function lackOf(
  isIt: (made: Made) => boolean,
  counts: (yes: Approved) => boolean,
  lines: readonly Judged[],
): string | undefined {
  const own = lines.filter(({ entry, problems }) => isReported(entry) && problems.length === 0);
  const made = own.find(
    ({ entry }) => (entry?.kind === "applied" || entry?.kind === "failed") && isIt(entry),
  );
  if (made === undefined) return "the log has no line about it, and commune apply writes one";
  const became = made.entry;
  const earlier = own.filter(
    ({ number, entry }) =>
      number < made.number &&
      isReported(entry) &&
      isReported(became) &&
      entry.report === became.report &&
      entry.digest === became.digest,
  );
  const proposed = earlier.find(({ entry }) => entry?.kind === "proposed")?.entry;
  if (proposed === undefined || !isSaid(proposed)) return "nobody has proposed it";
  const said = earlier.flatMap(({ entry, approver }) =>
    entry?.kind === "approved" && approver !== undefined && counts(entry)
      ? [{ name: approver.name, role: approver.role }]
      : [],
  );
  return missing(proposed.needs, said);
}
