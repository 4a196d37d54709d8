import { Command, InvalidArgumentError } from "commander";
import { type Approver, approversFile, loadSigners } from "../audit/approval/approvers.ts";
import { judgedLog } from "../audit/approval/judged.ts";
import { append, previousOf, type SignedEntry, type Source } from "../audit/approval/log.ts";
import { missing } from "../audit/approval/needs.ts";
import { isSaid, judgeApproval, mostDays, type Shown, saidProblems } from "../audit/approval/verify.ts";
import { roleWords } from "../audit/approval-answer.ts";
import { shownOf } from "../audit/heading.ts";
import { signedText } from "../audit/log.ts";
import { type ReportFile, readReport } from "../audit/report-file.ts";
import { reportProblems } from "../audit/same-report.ts";
import { askedOf, shownFrom } from "../audit/shown.ts";
import { words } from "../components/commune/changes/words.ts";
import type { Translated } from "../components/foundation/language/language.ts";
import { day } from "../components/foundation/language/numbers.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { placeOf } from "./approval/place.ts";
import { type Previewed, preview } from "./approval/planned.ts";
import { fingerprintOfFile, signWithSsh } from "./approval/ssh.ts";
import { askOnTerminal, asksYes } from "./ask.ts";
import { foundOtherwise } from "./audit/own-report.ts";
import { objectsOfProgram } from "./side.ts";

/** Options of both commands. */
interface Options {
  key: string;
  yes?: true;
  json?: true;
}

/** The function that a key is of. Throws if it is nobody's. */
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
  propose: { fr: "  Proposer ce changement ?", en: "  Propose this change?" },
  approve: { fr: "  Dire oui à ce changement ?", en: "  Approve this change?" },
} as const;
const notSigned = {
  fr: "Rien n’est signé, et rien n’a changé.",
  en: "not signed. Nothing was changed.",
} as const;
const proposed: Translated<(name: string) => string> = {
  fr: (name) => `Proposé par ${name}.`,
  en: (name) => `Proposed by ${name}.`,
};
const approved: Translated<(name: string, until: string) => string> = {
  fr: (name, until) => `Approuvé par ${name} jusqu’au ${day(until, "fr")}.`,
  en: (name, until) => `Approved by ${name} until ${until}.`,
};
const next: Translated<(command: string) => string> = {
  fr: (command) => `Ensuite : ${command}`,
  en: (command) => `Next: ${command}`,
};
const another: Translated = { fr: "<clé d’un autre>", en: "<key of another>" };
const stillMissing: Translated<(lack: string) => string> = {
  fr: (lack) => `Il manque encore un accord : ${lack}.`,
  en: (lack) => `Still missing: ${lack}.`,
};
const asYou = { fr: "Vous signez comme :", en: "You sign as:" } as const;

/** Shows what is signed, and asks. Throws if nobody says yes. */
async function confirm(
  { language, approval }: ReportFile,
  { shown, label }: Shown,
  signer: Approver,
  asked: keyof typeof questions,
): Promise<void> {
  const told = [
    ...shown.map((sentence) => `  ${sentence}`),
    ...(label === undefined ? [] : [`  ${words.effect[label][language]}`]),
    "",
    `  ${approval.plan.digest}`,
    `  ${asYou[language]} ${signer.name} (${roleWords[signer.role][language]})`,
  ];
  console.error(told.join("\n"));
  const answer = await asksYes(questions[asked], language, askOnTerminal);
  if (answer === undefined) throw new Error("standard input is no terminal: --yes signs without a question.");
  if (!answer) throw new Error(notSigned[language]);
}

const common = (command: Command) =>
  command
    .argument("<report>", "report.json of commune report --preview")
    .requiredOption("--key <file>", "SSH key that signs, or its .pub where an agent holds it")
    .option("--yes", "sign without a question")
    .option("--json", "print the line of the log as JSON");

/** Signs an entry and puts it into the log. */
async function sign(stacks: string, entry: SignedEntry, { key, json }: Options, told: string): Promise<void> {
  const line = { entry, signature: await signWithSsh(signedText(entry), key) };
  append(stacks, line);
  console.log(json ? JSON.stringify(line) : told);
}

/** A report that somebody can approve. Throws if nobody can. */
function readApprovable(file: string): ReportFile {
  const report = readReport(file);
  if (report.approval.need === "nobody")
    throw new Error("the change is refused as it is written: nobody can approve it.");
  return report;
}

/** Fields of an entry of either kind: its commune, its report and its signer. */
function saidBy(stacks: string, { commune: stack, hash, approval }: ReportFile, signer: Approver) {
  return {
    stack,
    digest: approval.plan.digest,
    report: hash,
    at: new Date().toISOString(),
    previous: previousOf(stacks, stack),
    form: 2 as const,
    role: signer.role,
    by: signer.fingerprint,
  };
}

/** `commune propose <report>`: whoever wants a change signs its report, and can approve it no more. */
export function proposeCommand(stacks = repositoryFile("stacks")): Command {
  return common(new Command("propose"))
    .description("Sign a report as its author: others can approve it then. Changes nothing but the log.")
    .action(async (file: string, options: Options) => {
      const report = readApprovable(file);
      const { label, approval } = report;
      const signer = signerOf(stacks, report.commune, options.key);
      const shown = { label, needs: approval.need, shown: shownOf(report) };
      if (!options.yes) await confirm(report, shown, signer, "propose");
      const entry = { kind: "proposed", ...saidBy(stacks, report, signer), ...shown } as const;
      const { language } = report;
      const then = next[language](`npx commune approve ${file} --key ${another[language]}`);
      await sign(stacks, entry, options, `${proposed[language](signer.name)} ${then}`);
    });
}

function days(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > mostDays)
    throw new InvalidArgumentError(`Write a number of days from 1 to ${mostDays}.`);
  return count;
}

/**
 * Returns who proposed a report, so that somebody else can approve it. Throws if nobody did, or if the proposal
 * differs from the report.
 */
function proposerOf(stacks: string, file: string, report: ReportFile, signer: Approver): string {
  const proposal = judgedLog(stacks, report.commune).findLast(
    ({ entry, problems }) =>
      entry?.kind === "proposed" && entry.report === report.hash && problems.length === 0,
  );
  if (proposal?.entry === undefined || !isSaid(proposal.entry))
    throw new Error(`nobody has proposed this report yet: npx commune propose ${file} --key <file>`);
  if (proposal.approver?.name === signer.name)
    throw new Error(`${signer.name} has proposed this change: somebody else has to approve it.`);
  refuse(
    saidProblems(proposal.entry, askedOf(report)).map((problem) => `line ${proposal.number} ${problem}`),
  );
  return proposal.entry.by;
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const all = problems.map((problem) => `  ${problem}`).join("\n");
  throw new Error(
    `this report cannot be approved:\n${all}\nWhoever wants the change makes a new report, and proposes it. Nothing was changed.`,
  );
}

const today = () => new Date().toISOString().slice(0, 10);

/** Returns where a report differs from its own plan, as far as the plan shows. */
function planProblems(report: ReportFile): string[] {
  const { label, needs } = shownFrom(report).plan;
  const { label: said, approval } = report;
  const onlyPlan = "and with its plan alone this machine finds";
  return [
    ...reportProblems(report, today()),
    ...(label === undefined || label === said || said === "refused"
      ? []
      : [`label: the report says "${said}", ${onlyPlan} "${label}"`]),
    ...(needs === "one" || approval.need !== "one"
      ? []
      : [
          `approval.need: the report says "one", ${onlyPlan} "two": where one is enough, that shows without --plan-only, on a machine that reaches the stack`,
        ]),
  ];
}

/** Returns what an update would do. Throws if this machine cannot ask, with what whoever sits at it can do instead. */
async function previewedHere(id: string, previewed: (id: string) => Promise<Previewed>): Promise<Previewed> {
  try {
    return await previewed(id);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `this machine cannot preview ${id}, and does not believe a report: ${why}\nWhere it does not reach the stack, sign what the plan alone tells: --plan-only (docs/approval.md). Nothing was changed.`,
    );
  }
}

/** `commune approve <report>`: somebody other than its author says yes to exactly what a report is of. */
export function approveCommand(
  stacks = repositoryFile("stacks"),
  objects = objectsOfProgram,
  previewed: (id: string) => Promise<Previewed> = (id) => preview(placeOf(id), id),
): Command {
  return common(new Command("approve"))
    .description(
      "Sign a report that somebody else has proposed, where this machine finds by a preview of its own all that it says. Changes nothing but the log.",
    )
    .option("--days <number>", `for how long the approval counts, at most ${mostDays}`, days, mostDays)
    .option(
      "--plan-only",
      "where this machine does not reach the stack: show and sign what the plan of the report does, and nothing else that it says",
    )
    .action(async (file: string, options: Options & { days: number; planOnly?: true }) => {
      const report = readApprovable(file);
      const { commune: id } = report;
      const signer = signerOf(stacks, id, options.key);
      const author = proposerOf(stacks, file, report, signer);
      const from: Source = options.planOnly ? "plan" : "preview";
      refuse(
        options.planOnly
          ? planProblems(report)
          : await foundOtherwise(stacks, report, await previewedHere(id, previewed), objects),
      );
      const shown = shownFrom(report)[from];
      if (!options.yes) await confirm(report, shown, signer, "approve");
      const said = saidBy(stacks, report, signer);
      const expires = new Date(Date.parse(said.at) + options.days * 86_400_000).toISOString();
      const entry = { kind: "approved", ...said, ...shown, from, author, expires } as const;
      const { language, approval } = report;
      await sign(stacks, entry, options, approved[language](signer.name, expires.slice(0, 10)));
      if (options.json) return;
      const { by, problems } = judgeApproval(judgedLog(stacks, id), askedOf(report), new Date());
      const lack = missing(approval.need, by)?.[language];
      console.log(
        problems.length === 0
          ? next[language](`npx commune apply ${id}`)
          : stillMissing[language](lack ?? problems.join("; ")),
      );
    });
}
