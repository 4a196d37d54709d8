import type { Role } from "./approvers.ts";
import { type History, unapproved } from "./history.ts";
import { judgedLog } from "./judged.ts";
import { isReported } from "./verify.ts";

/** Approvals before a change that is proposed now. */
export interface Past {
  /** The last change that was applied with an approval, and who approved it. */
  lastApproved?: { at: string; roles: readonly Role[] };
  /** Start of each later update that nobody approved, ISO 8601; absent if no history was read. */
  unapproved?: readonly string[];
}

/**
 * Earlier changes according to the valid lines of a commune's log and Pulumi's history. Reads files.
 *
 * @param history undefined if Pulumi is not asked.
 */
export function pastOf(stacks: string, id: string, history: History | undefined): Past {
  const lines = judgedLog(stacks, id);
  const entries = lines
    .flatMap(({ entry, problems }) => (problems.length === 0 ? (entry ?? []) : []))
    .filter(isReported);
  const last = entries.findLast(({ kind }) => kind === "applied");
  if (last === undefined) return {};
  const roles = entries.flatMap((entry) =>
    entry.kind === "approved" && entry.report === last.report ? [entry.role] : [],
  );
  const lastApproved = { at: last.at, roles };
  if (history === undefined) return { lastApproved };
  const since = unapproved(history, lines).filter(({ started }) => Date.parse(started) > Date.parse(last.at));
  return { lastApproved, unapproved: since.map(({ started }) => started) };
}
