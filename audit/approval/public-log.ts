import {
  mostTold,
  type Signer,
  type ToldChange,
  type ToldDrill,
  type ToldLog,
  type ToldUnapproved,
} from "../../components/federation/told-log.ts";
import { rules } from "../../policies/rules.ts";
import type { Approver } from "./approvers.ts";
import { judgedLog } from "./judged.ts";
import { isReported, type Judged } from "./verify.ts";

/** The most sentences of a change that are published, and letters of each; the report has the rest. */
const most = { sentences: 6, letters: 400 } as const;

const signerOf = ({ name, role }: Approver): Signer => ({ name, role });

/**
 * A commune's log of approvals for its public page: valid lines, the newest first. Reads files and contacts nothing.
 * Throws DeclarationError if `approvers.yaml` is wrong.
 *
 * @param drills of the commune, as the page shows them.
 * @param kitTried when the recovery kit was tried last, as the declaration says.
 */
export function publicLogOf(
  stacks: string,
  id: string,
  kitTried: string | undefined,
  drills: readonly ToldDrill[] = [],
): ToldLog {
  const judged = judgedLog(stacks, id);
  const holding = judged.filter(({ problems }) => problems.length === 0);
  const unapproved = toldUnapproved(holding).slice(0, mostTold);
  return {
    changes: toldChanges(holding).slice(0, mostTold),
    exceptions: toldExceptions(holding).slice(0, mostTold),
    lines: judged.length,
    faulty: judged.length - holding.length,
    ...(kitTried !== undefined && { kitTried }),
    ...(unapproved.length > 0 && { unapproved }),
    ...(drills.length > 0 && { drills: [...drills] }),
  };
}

/** Changes, one for each report, by what was said of it last; a report without a valid proposal is left out. */
function toldChanges(lines: readonly Judged[]): ToldChange[] {
  const byReport = new Map<string, Judged[]>();
  for (const line of lines) {
    if (!isReported(line.entry)) continue;
    byReport.set(line.entry.report, [...(byReport.get(line.entry.report) ?? []), line]);
  }
  return [...byReport.values()]
    .flatMap((own) => {
      const proposal = own.find(({ entry }) => entry?.kind === "proposed");
      const last = own.at(-1)?.entry;
      const said = proposal?.entry;
      if (said?.kind !== "proposed" || !isReported(last)) return [];
      return [
        {
          at: last.at,
          state: last.kind,
          label: said.label,
          shown: said.shown.slice(0, most.sentences).map((sentence) => cut(sentence)),
          ...(proposal?.approver && { proposedBy: signerOf(proposal.approver) }),
          approvedBy: own
            .flatMap(({ entry, approver }) => (entry?.kind === "approved" && approver ? [approver] : []))
            .slice(0, 10)
            .map(signerOf),
        },
      ];
    })
    .sort((one, other) => (one.at < other.at ? 1 : -1));
}

function toldUnapproved(lines: readonly Judged[]): ToldUnapproved[] {
  return lines
    .flatMap(({ entry }) => (entry?.kind === "unapproved" ? entry.updates : []))
    .map(({ started, result, objects }) => ({
      ...{ at: started, isWhole: result === "succeeded" },
      ...(objects !== undefined && { objects }),
    }))
    .reverse();
}

function toldExceptions(lines: readonly Judged[]): ToldLog["exceptions"] {
  return lines
    .flatMap(({ entry, approver }) =>
      entry?.kind === "excepted" && approver
        ? [
            {
              ...{ at: entry.at, ...entry.exception, signedBy: signerOf(approver) },
              // A rule that is no more has its name alone.
              must: rules.find(({ id }) => id === entry.exception.rule)?.description.fr,
            },
          ]
        : [],
    )
    .reverse();
}

function cut(sentence: string): string {
  return sentence.length <= most.letters ? sentence : `${sentence.slice(0, most.letters - 1)}…`;
}
