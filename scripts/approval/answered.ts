import { type Approver, approversFile, loadSigners } from "../../audit/approval/approvers.ts";
import { type Line, logText, readLog } from "../../audit/approval/log.ts";
import { judgeLog } from "../../audit/approval/verify.ts";
import { type Answer, answeredLine, type Proposal } from "../../audit/in-browser.ts";
import type { ReportFile } from "../../audit/report-file.ts";

/** The function whose passkey answered. Throws if it is nobody's. */
export function answeredBy(stacks: string, id: string, { by }: Answer): Approver {
  const { approvers } = loadSigners(stacks, id);
  const found = approvers.find(({ fingerprint, passkey }) => fingerprint === by && passkey !== undefined);
  if (found === undefined)
    throw new Error(
      `the passkey ${by} is of nobody in stacks/${id}/${approversFile}: whoever keeps that file adds it first (docs/approval.md).`,
    );
  return found;
}

/** Returns the line of an answer as it is to stand in the log. Throws if it would not hold there. */
export function lineOfAnswer(
  stacks: string,
  report: ReportFile,
  answer: Answer,
  { proposal, signer }: { proposal: Proposal; signer: Approver },
): Line {
  const refuse = (why: string): never => {
    throw new Error(`this answer is no approval of this report: ${why}. Nothing was changed.`);
  };
  if (answer.proposal !== proposal.hash)
    refuse("it is of another proposal. Send the page that the last npx commune propose has written");
  const text = logText(stacks, report.commune);
  const isThere = readLog(text).some(
    ({ line }) =>
      line?.entry.kind === "approved" && line.entry.proposal === proposal.hash && line.entry.by === answer.by,
  );
  if (isThere) refuse("the log has it already");
  const line = answeredLine(stacks, report, answer, { author: proposal.author, signer });
  const signers = loadSigners(stacks, report.commune);
  const judged = judgeLog(readLog(`${text}${JSON.stringify(line)}\n`), { stack: report.commune, ...signers });
  const problems = judged.at(-1)?.problems ?? [];
  if (problems.length > 0)
    refuse(
      `as a line of the log, ${problems.join("; ")}. Either the page has not shown the report that this machine has, or another key signed`,
    );
  return line;
}
