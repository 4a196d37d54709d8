import { loadSigners } from "./approvers.ts";
import { logText, readLog } from "./log.ts";
import { type Judged, judgeLog } from "./verify.ts";

/** The lines of a commune's log, each judged. Reads files, and contacts nothing. Throws DeclarationError where `approvers.yaml` is wrong. */
export function judgedLog(stacks: string, id: string): Judged[] {
  return judgeLog(readLog(logText(stacks, id)), { stack: id, ...loadSigners(stacks, id) });
}
