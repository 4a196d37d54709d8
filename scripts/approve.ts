import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { roleWords } from "../audit/approval/answer.ts";
import { type Approver, approversFile, loadSigners } from "../audit/approval/approvers.ts";
import { judgedLog } from "../audit/approval/judged.ts";
import { append, previousOf, type Signed } from "../audit/approval/log.ts";
import { type ReportFile, readReport } from "../audit/approval/report-file.ts";
import { isSaid, judgeApproval, mostDays } from "../audit/approval/verify.ts";
import { shownOf } from "../audit/heading.ts";
import { signedText } from "../audit/log.ts";
import { words } from "../components/commune/changes/words.ts";
import { checkout } from "../local/paths.ts";
import { fingerprintOfFile, signWithSsh } from "./approval/ssh.ts";
import { askOnTerminal } from "./ask.ts";

/** What both commands are given. */
interface Options {
  key: string;
  yes?: true;
  json?: true;
}

/** The function that a key is of. Throws where it is nobody's. */
export function signerOf(stacks: string, id: string, key: string): Approver {
  const own = fingerprintOfFile(key);
  const found = loadSigners(stacks, id).approvers.find(({ fingerprint }) => fingerprint === own);
  if (found === undefined)
    throw new Error(
      `the key ${own} is of nobody in stacks/${id}/${approversFile}: whoever keeps that file adds it first (docs/approval.md).`,
    );
  return found;
}

const questions = {
  propose: { fr: "Proposer ce changement ?", en: "Propose this change?" },
  approve: { fr: "Dire oui à ce changement ?", en: "Approve this change?" },
} as const;
const asYou = { fr: "Vous signez comme :", en: "You sign as:" } as const;
const choice = { fr: "[o/N]", en: "[y/N]" } as const;

/** Shows what is signed, and asks. Throws where nobody says yes. */
async function confirm(
  report: ReportFile,
  signer: Approver,
  asked: keyof typeof questions,
  yes: boolean,
): Promise<void> {
  if (yes) return;
  const shown = [
    ...shownOf(report).map((sentence) => `  ${sentence}`),
    `  ${words.effect[report.label][report.language]}`,
    "",
    `  ${report.approval.plan.digest}`,
    `  ${asYou[report.language]} ${signer.name} (${roleWords[signer.role][report.language]})`,
  ];
  console.error(shown.join("\n"));
  const question = `${questions[asked][report.language]} ${choice[report.language]}`;
  const answer = await askOnTerminal?.(`  ${question} `, { isSecret: false });
  if (answer === undefined) throw new Error("nobody is there to be asked: --yes signs without a question.");
  if (!/^(y|yes|o|oui)$/i.test(answer)) throw new Error("not signed. Nothing was changed.");
}

const common = (command: Command) =>
  command
    .argument("<report>", "report.json of commune audit --preview")
    .requiredOption("--key <file>", "SSH key that signs, or its .pub where an agent holds it")
    .option("--yes", "sign without a question")
    .option("--json", "print the line of the log as JSON");

/** Signs an entry and puts it into the log. */
async function sign(stacks: string, entry: Signed, { key, json }: Options, told: string): Promise<void> {
  const line = { entry, signature: await signWithSsh(signedText(entry), key) };
  append(stacks, line);
  console.log(json ? JSON.stringify(line) : told);
}

/** What an entry of either kind says. */
function saidOf(stacks: string, report: ReportFile, signer: Approver) {
  const { commune: stack, hash, label, approval } = report;
  return {
    stack,
    digest: approval.plan.digest,
    report: hash,
    at: new Date().toISOString(),
    previous: previousOf(stacks, stack),
    label,
    needs: approval.need,
    form: 2 as const,
    shown: shownOf(report),
    role: signer.role,
    by: signer.fingerprint,
  };
}

/** `commune propose <report>`: whoever wants a change signs its report, and can approve it no more. */
export function proposeCommand(stacks = join(checkout, "stacks")): Command {
  return common(new Command("propose"))
    .description("Sign a report as its author: others can approve it then. Changes nothing but the log.")
    .action(async (file: string, options: Options) => {
      const report = readReport(file);
      if (report.approval.need === "nobody")
        throw new Error("the change is refused as it is written: nobody can approve it.");
      const signer = signerOf(stacks, report.commune, options.key);
      await confirm(report, signer, "propose", options.yes ?? false);
      const entry = { kind: "proposed", ...saidOf(stacks, report, signer) } as const;
      const next = `Next: npx commune approve ${file} --key <key of another>`;
      await sign(stacks, entry, options, `Proposed by ${signer.name}. ${next}`);
    });
}

function days(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > mostDays)
    throw new InvalidArgumentError(`Write a number of days from 1 to ${mostDays}.`);
  return count;
}

/** `commune approve <report>`: somebody other than its author says yes to exactly what a report is of. */
export function approveCommand(stacks = join(checkout, "stacks")): Command {
  return common(new Command("approve"))
    .description("Sign a report that somebody else has proposed. Changes nothing but the log.")
    .option("--days <number>", `for how long the approval counts, at most ${mostDays}`, days, mostDays)
    .action(async (file: string, options: Options & { days: number }) => {
      const report = readReport(file);
      const { commune: id, hash, approval } = report;
      const signer = signerOf(stacks, id, options.key);
      const asked = { digest: approval.plan.digest, report: hash };
      const proposal = judgedLog(stacks, id).findLast(
        ({ entry, problems }) => entry?.kind === "proposed" && entry.report === hash && problems.length === 0,
      );
      if (proposal?.entry === undefined || !isSaid(proposal.entry))
        throw new Error(`nobody has proposed this report yet: npx commune propose ${file} --key <file>`);
      if (proposal.approver?.name === signer.name)
        throw new Error(`${signer.name} has proposed this change: somebody else has to approve it.`);
      await confirm(report, signer, "approve", options.yes ?? false);
      const said = saidOf(stacks, report, signer);
      const expires = new Date(Date.parse(said.at) + options.days * 86_400_000).toISOString();
      const entry = { kind: "approved", ...said, author: proposal.entry.by, expires } as const;
      await sign(stacks, entry, options, `Approved by ${signer.name} until ${expires.slice(0, 10)}.`);
      if (options.json) return;
      const { problems } = judgeApproval(judgedLog(stacks, id), asked, new Date());
      console.log(
        problems.length === 0 ? `Next: npx commune apply ${id}` : `Still missing: ${problems.join("; ")}.`,
      );
    });
}
