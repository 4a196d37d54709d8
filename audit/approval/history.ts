import * as z from "zod";
import { commit } from "../../components/foundation/declaration/commit.ts";
import { missing, strictest } from "./needs.ts";
import type { Judged } from "./verify.ts";
import { isReported, isSaid } from "./verify.ts";

/** Fields that are read of `pulumi stack history --json`; of the environment, only the revision. */
export const historySchema = z.array(
  z.object({
    kind: z.string(),
    startTime: z.string(),
    result: z.string(),
    message: z.string().optional(),
    resourceChanges: z.record(z.string(), z.int().min(0)).optional(),
    environment: z.object({ "git.head": z.string().optional() }).optional(),
  }),
);
export type History = z.output<typeof historySchema>;

/** An update of a stack that nobody approved. */
export interface Unapproved {
  /** Start of the update, ISO 8601. */
  started: string;
  kind: string;
  result: string;
  /** Number of objects that it touched; absent if the history does not say. */
  objects?: number;
  why: string;
}

/** Returns the git revision in which the last successful update was made; undefined if none is known. */
export function appliedFrom(history: History): string | undefined {
  const [last] = history
    .filter(({ kind, result }) => kind === "update" && result === "succeeded")
    .sort((one, other) => Date.parse(other.startTime) - Date.parse(one.startTime));
  const head = last?.environment?.["git.head"];
  return commit().safeParse(head).data;
}

/**
 * Every update of a stack that no approval covers, the first one first: plain `pulumi up`, and those whose approval does not
 * hold. Previews change nothing and are not in a history.
 */
export function unapproved(history: History, lines: readonly Judged[]): Unapproved[] {
  return history
    .map(({ startTime, ...rest }) => ({ ...rest, started: new Date(startTime).toISOString() }))
    .sort((one, other) => (one.started < other.started ? -1 : 1))
    .flatMap(({ kind, started, result, message = "", resourceChanges }) => {
      const why = problemOf(message, started, lines);
      const touched = resourceChanges && { objects: touchedIn(resourceChanges) };
      return why === undefined ? [] : [{ started, kind, result, ...touched, why }];
    });
}

const untouched = new Set(["same", "read", "refresh"]);

function touchedIn(counts: Readonly<Record<string, number>>): number {
  return Object.entries(counts).reduce((sum, [op, count]) => (untouched.has(op) ? sum : sum + count), 0);
}

/**
 * Updates that nobody approved and that the log does not have yet: of those that touched something on the cluster, since
 * the commune began to approve. The last hundred of them.
 */
export function unrecorded(history: History, lines: readonly Judged[]): Unapproved[] {
  const begun = lines[0]?.entry?.at;
  if (begun === undefined) return [];
  const recorded = new Set(
    lines.flatMap(({ entry }) =>
      entry?.kind === "unapproved" ? entry.updates.map(({ started }) => started) : [],
    ),
  );
  return unapproved(history, lines)
    .filter(({ kind, objects }) => ["update", "destroy"].includes(kind) && objects !== 0)
    .filter(({ started }) => started > new Date(begun).toISOString() && !recorded.has(started))
    .slice(-100);
}

function problemOf(message: string, started: string, lines: readonly Judged[]): string | undefined {
  const digest = /^approval (sha256:[0-9a-f]{64})$/.exec(message)?.[1];
  if (digest === undefined) return "no approval is named";
  const own = lines.filter(
    ({ entry, problems }) => isReported(entry) && entry.digest === digest && problems.length === 0,
  );
  const made = own.find(
    ({ entry }) => (entry?.kind === "applied" || entry?.kind === "failed") && entry.started === started,
  );
  if (made === undefined) return "the log has no line about it, and commune apply writes one";
  const became = made.entry;
  const earlier = own.filter(
    ({ number, entry }) =>
      number < made.number && isReported(entry) && isReported(became) && entry.report === became.report,
  );
  const proposed = earlier.find(({ entry }) => entry?.kind === "proposed")?.entry;
  if (proposed === undefined || !isSaid(proposed)) return "nobody has proposed it";
  const said = earlier.flatMap(({ entry, approver }) =>
    entry?.kind === "approved" && approver !== undefined && entry.expires >= started
      ? [{ name: approver.name, role: approver.role, needs: entry.from === "plan" ? [] : [entry.needs] }]
      : [],
  );
  return missing(strictest([proposed.needs, ...said.flatMap(({ needs }) => needs)]), said)?.en;
}
