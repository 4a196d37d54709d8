import { type Approver, approversFile, loadSigners } from "../../audit/approval/approvers.ts";
import { type Line, logText, readLog } from "../../audit/approval/log.ts";
import { judgeLog } from "../../audit/approval/verify.ts";
import { type Answer, answeredLine, type Proposal } from "../../audit/in-browser.ts";
import type { ReportFile } from "../../audit/report-file.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { spoken } from "../language.ts";

/** The function whose passkey answered. Throws if it is nobody's. */
export function answeredBy(stacks: string, id: string, { by }: Answer): Approver {
  const { approvers } = loadSigners(stacks, id);
  const found = approvers.find(({ fingerprint, passkey }) => fingerprint === by && passkey !== undefined);
  if (found === undefined)
    throw new TranslatedError({
      en: `the passkey ${by} is of nobody in stacks/${id}/${approversFile}: whoever keeps that file adds it first (docs/approval.md).`,
      fr: `la clé d’accès ${by} n’est à personne dans stacks/${id}/${approversFile} : qui tient ce fichier l’y ajoute d’abord (docs/approval.md).`,
    });
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
    throw new TranslatedError({
      en: `this answer is no approval of this report: ${why}. Nothing was changed.`,
      fr: `cette réponse n’est pas un accord à ce rapport : ${why}. Rien n’a été changé.`,
    });
  };
  if (answer.proposal !== proposal.hash)
    refuse(
      spoken({
        en: "it is of another proposal. Send the page that the last npx commune propose has written",
        fr: "elle est d’une autre proposition. Envoyez la page que le dernier npx commune propose a écrite",
      }),
    );
  const text = logText(stacks, report.commune);
  const isThere = readLog(text).some(
    ({ line }) =>
      line?.entry.kind === "approved" && line.entry.proposal === proposal.hash && line.entry.by === answer.by,
  );
  if (isThere) refuse(spoken({ en: "the log has it already", fr: "le journal l’a déjà" }));
  const line = answeredLine(stacks, report, answer, { author: proposal.author, signer });
  const signers = loadSigners(stacks, report.commune);
  const judged = judgeLog(readLog(`${text}${JSON.stringify(line)}\n`), { stack: report.commune, ...signers });
  const problems = judged.at(-1)?.problems ?? [];
  if (problems.length > 0)
    refuse(
      spoken({
        en: `as a line of the log, ${problems.join("; ")}. Either the page has not shown the report that this machine has, or another key signed`,
        fr: `comme ligne du journal, ${problems.join("; ")}. Soit la page n’a pas montré le rapport qu’a cette machine, soit une autre clé a signé`,
      }),
    );
  return line;
}
