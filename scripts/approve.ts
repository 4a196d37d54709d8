import { Command, InvalidArgumentError, Option } from "commander";
import type { Approver } from "../audit/approval/approvers.ts";
import { judgedLog } from "../audit/approval/judged.ts";
import type { Line } from "../audit/approval/log.ts";
import { missing } from "../audit/approval/needs.ts";
import { isSaid, judgeApproval, mostDays, saidProblems } from "../audit/approval/verify.ts";
import { type Proposal, readAnswer } from "../audit/in-browser.ts";
import type { ReportFile } from "../audit/report-file.ts";
import { reportProblems } from "../audit/same-report.ts";
import { askedOf, shownFrom } from "../audit/shown.ts";
import type { Translated } from "../components/foundation/language/language.ts";
import { day } from "../components/foundation/language/numbers.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { answeredBy, lineOfAnswer } from "./approval/answered.ts";
import { placeOf } from "./approval/place.ts";
import { type Previewed, preview } from "./approval/planned.ts";
import {
  confirmSigning,
  enterLine,
  keyOption,
  lineBySshKey,
  nextCommand,
  ofReport,
  readApprovable,
  type SigningOptions,
  saidBy,
  signerOf,
  today,
} from "./approval/signing.ts";
import { foundOtherwise } from "./audit/own-report.ts";
import { spoken, spokenError } from "./language.ts";
import { objectsOfProgram } from "./side.ts";

interface Options extends SigningOptions {
  key?: string;
  passkey?: string;
  days: number;
  planOnly?: true;
}

const approved: Translated<(name: string, until: string) => string> = {
  fr: (name, until) => `Approuvé par ${name} jusqu’au ${day(until, "fr")}.`,
  en: (name, until) => `Approved by ${name} until ${until}.`,
};
const stillMissing: Translated<(lack: string) => string> = {
  fr: (lack) => `Il manque encore un accord : ${lack}.`,
  en: (lack) => `Still missing: ${lack}.`,
};

function days(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > mostDays)
    throw new InvalidArgumentError(
      spoken({
        en: `Write a number of days from 1 to ${mostDays}.`,
        fr: `Écrivez un nombre de jours de 1 à ${mostDays}.`,
      }),
    );
  return count;
}

/**
 * Returns the last proposal of a report, so that somebody else can approve it. Throws if there is none, or if it
 * differs from the report.
 */
function proposalOf(stacks: string, file: string, report: ReportFile, signer: Approver): Proposal {
  const proposal = judgedLog(stacks, report.commune).findLast(
    ({ entry, problems }) =>
      entry?.kind === "proposed" && entry.report === report.hash && problems.length === 0,
  );
  if (proposal?.entry === undefined || !isSaid(proposal.entry))
    throw new TranslatedError({
      en: `nobody has proposed this report yet: npx commune propose ${file} --key <file>`,
      fr: `personne n’a encore proposé ce rapport : npx commune propose ${file} --key <fichier>`,
    });
  if (proposal.approver?.name === signer.name)
    throw new TranslatedError({
      en: `${signer.name} has proposed this change: somebody else has to approve it.`,
      fr: `${signer.name} a proposé ce changement : quelqu’un d’autre doit l’approuver.`,
    });
  refuse(
    saidProblems(proposal.entry, askedOf(report)).map((problem) => `line ${proposal.number} ${problem}`),
  );
  return { hash: proposal.hash, author: proposal.entry.by };
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const all = problems.map((problem) => `  ${problem}`).join("\n");
  throw new TranslatedError({
    en: `this report cannot be approved:\n${all}\nWhoever wants the change makes a new report, and proposes it. Nothing was changed.`,
    fr: `ce rapport ne peut pas être approuvé :\n${all}\nQui veut le changement fait un nouveau rapport, et le propose. Rien n’a été changé.`,
  });
}

/** Returns where a report differs from its own plan, as far as the plan shows. */
function planProblems(report: ReportFile): string[] {
  const { label, needs } = shownFrom(report).plan;
  const { label: said, approval } = report;
  return [
    ...reportProblems(report, today()),
    ...(label === undefined || label === said || said === "refused"
      ? []
      : [
          spoken({
            en: `label: the report says "${said}", and with its plan alone this machine finds "${label}"`,
            fr: `label : le rapport dit « ${said} », et avec le plan seul cette machine trouve « ${label} »`,
          }),
        ]),
    ...(needs === "one" || approval.need !== "one"
      ? []
      : [
          spoken({
            en: 'approval.need: the report says "one", and with its plan alone this machine finds "two": where one is enough, that shows without --plan-only, on a machine that reaches the stack',
            fr: "approval.need : le rapport dit « one », et avec le plan seul cette machine trouve « two » : si un seul suffit, cela se voit sans --plan-only, sur une machine qui atteint la pile",
          }),
        ]),
  ];
}

/** Returns what an update would do. Throws if this machine cannot ask, with what whoever sits at it can do instead. */
async function previewedHere(id: string, previewed: (id: string) => Promise<Previewed>): Promise<Previewed> {
  try {
    return await previewed(id);
  } catch (error) {
    const why = spokenError(error);
    throw new TranslatedError({
      en: `this machine cannot preview ${id}, and does not believe a report: ${why}\nWhere it does not reach the stack, sign what the plan alone tells: --plan-only (docs/approval.md). Nothing was changed.`,
      fr: `cette machine ne peut pas faire d’aperçu de ${id}, et ne croit pas un rapport sur parole : ${why}\nLà où elle n’atteint pas la pile, signez ce que dit le plan seul : --plan-only (docs/approval.md). Rien n’a été changé.`,
    });
  }
}

/** Asks whoever sits at this machine, and returns the line that their SSH key signs. */
async function lineBySsh(
  stacks: string,
  report: ReportFile,
  { key, yes, planOnly, days: count }: Options & { key: string },
  { proposal: { author }, signer }: { proposal: Proposal; signer: Approver },
): Promise<Line> {
  const from = planOnly ? "plan" : "preview";
  const shown = shownFrom(report)[from];
  if (!yes) await confirmSigning(report, shown, signer, "approve");
  const said = saidBy(stacks, report, signer);
  const expires = new Date(Date.parse(said.at) + count * 86_400_000).toISOString();
  return lineBySshKey({ kind: "approved", ...said, ...shown, from, author, expires }, key);
}

/** Way in which somebody says yes: who they are, and the line that says so, made once the report is believed. */
interface Way {
  signer: Approver;
  line(proposal: Proposal): Line | Promise<Line>;
}

function wayOf(stacks: string, report: ReportFile, options: Options): Way {
  const { key, passkey } = options;
  const { commune: id } = report;
  if (passkey !== undefined) {
    const answer = readAnswer(passkey);
    const signer = answeredBy(stacks, id, answer);
    return { signer, line: (proposal) => lineOfAnswer(stacks, report, answer, { proposal, signer }) };
  }
  if (key === undefined)
    throw new TranslatedError({
      en: "name what signs: --key <SSH key>, or --passkey <answer of the page on which officials approve>.",
      fr: "nommez ce qui signe : --key <clé SSH>, ou --passkey <réponse de la page où les élus approuvent>.",
    });
  const signer = signerOf(stacks, id, key);
  return {
    signer,
    line: (proposal) => lineBySsh(stacks, report, { ...options, key }, { proposal, signer }),
  };
}

/** `commune approve <report>`: somebody other than its author says yes to exactly what a report is of. */
export function approveCommand(
  stacks = repositoryFile("stacks"),
  objects = objectsOfProgram,
  previewed: (id: string) => Promise<Previewed> = (id) => preview(placeOf(id), id),
): Command {
  return ofReport(new Command("approve"))
    .description(
      "Sign a report that somebody else has proposed, where this machine finds by a preview of its own all that it says. Changes nothing but the log.",
    )
    .addOption(keyOption())
    .addOption(
      new Option(
        "--passkey <file>",
        "answer of somebody who said yes in a browser, as a file or the message that carries it: it is entered, not signed again",
      ).conflicts(["key", "yes", "days"]),
    )
    .option("--days <number>", `for how long the approval counts, at most ${mostDays}`, days, mostDays)
    .option(
      "--plan-only",
      "where this machine does not reach the stack: show and sign what the plan of the report does, and nothing else that it says",
    )
    .action(async (file: string, options: Options) => {
      const report = readApprovable(file);
      const { commune: id, language, approval } = report;
      const { signer, line: lineOf } = wayOf(stacks, report, options);
      const proposal = proposalOf(stacks, file, report, signer);
      refuse(
        options.planOnly
          ? planProblems(report)
          : await foundOtherwise(stacks, report, await previewedHere(id, previewed), objects),
      );
      const line = await lineOf(proposal);
      const until = line.entry.kind === "approved" ? line.entry.expires.slice(0, 10) : "";
      enterLine(stacks, line, options, approved[language](signer.name, until));
      if (options.json) return;
      const { by, problems } = judgeApproval(judgedLog(stacks, id), askedOf(report), new Date());
      const lack = missing(approval.need, by)?.[language];
      console.log(
        problems.length === 0
          ? nextCommand[language](`npx commune apply ${id}`)
          : stillMissing[language](lack ?? problems.join("; ")),
      );
    });
}
