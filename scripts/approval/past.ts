import { type History, historySchema, unrecorded } from "../../audit/approval/history.ts";
import { judgedLog } from "../../audit/approval/judged.ts";
import { append, previousOf } from "../../audit/approval/log.ts";
import { writtenLine } from "../../audit/approval/written.ts";
import { askEngine, type EnginePlace } from "../engine.ts";

/** Words after `pulumi` that print every past update: by default it prints ten. */
export const wholeHistory = ["stack", "history", "--json", "--page-size", "100000"] as const;

/** Past updates of a stack, according to Pulumi. */
export async function historyOf(place: EnginePlace, id: string): Promise<History> {
  return historySchema.parse(JSON.parse(await askEngine(place, [...wholeHistory, "-s", id])));
}

/**
 * Writes into the log which updates were made without an approval, those that it does not have yet.
 *
 * @param key of the log.
 */
export function recordUnapproved(stacks: string, id: string, history: History, key: Uint8Array): void {
  const updates = unrecorded(history, judgedLog(stacks, id)).map(({ started, result, objects }) => ({
    ...{ started, result },
    ...(objects !== undefined && { objects }),
  }));
  if (updates.length === 0) return;
  const previous = previousOf(stacks, id);
  const entry = { kind: "unapproved", stack: id, at: new Date().toISOString(), previous, updates } as const;
  append(stacks, writtenLine(entry, key));
}
