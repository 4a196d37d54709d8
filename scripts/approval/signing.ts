import { type Command, Option } from "commander";
import { type Approver, approversFile, loadSigners } from "../../audit/approval/approvers.ts";
import { append, type Line, previousOf, type SignedEntry } from "../../audit/approval/log.ts";
import type { Shown } from "../../audit/approval/verify.ts";
import { roleWords } from "../../audit/approval-answer.ts";
import { signedText } from "../../audit/log.ts";
import { type ReportFile, readReport } from "../../audit/report-file.ts";
import { words } from "../../components/commune/changes/words.ts";
import type { Translated } from "../../components/foundation/language/language.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { askOnTerminal, asksYes } from "../ask.ts";
import { fingerprintOfFile, signWithSsh } from "./ssh.ts";

/** Options of each command that signs a report. */
export interface SigningOptions {
  yes?: true;
  json?: true;
}

/** The function that a key is of. Throws if it is nobody's. */
export function signerOf(stacks: string, id: string, key: string): Approver {
  const own = fingerprintOfFile(key);
  const found = loadSigners(stacks, id).approvers.find(({ fingerprint }) => fingerprint === own);
  if (found === undefined)
    throw new TranslatedError({
      en: `the key ${own} is of nobody in stacks/${id}/${approversFile}: whoever keeps that file adds it first (docs/approval.md).`,
      fr: `la clé ${own} n’est à personne dans stacks/${id}/${approversFile} : qui tient ce fichier l’y ajoute d’abord (docs/approval.md).`,
    });
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
const asYou = { fr: "Vous signez comme :", en: "You sign as:" } as const;
/** Sentence about the command that comes next. */
export const nextCommand: Translated<(command: string) => string> = {
  fr: (command) => `Ensuite : ${command}`,
  en: (command) => `Next: ${command}`,
};

/** Shows what is signed, and asks. Throws if nobody says yes. */
export async function confirmSigning(
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
  if (answer === undefined)
    throw new TranslatedError({
      en: "standard input is no terminal: --yes signs without a question.",
      fr: "il n’y a pas de terminal pour demander : --yes signe sans poser de question.",
    });
  if (!answer) throw new Error(notSigned[language]);
}

/** `--key` of a command that signs. */
export const keyOption = () =>
  new Option("--key <file>", "SSH key that signs, or its .pub where an agent holds it");

/** A command about a report that can be approved. */
export const ofReport = (command: Command) =>
  command
    .argument("<report>", "report.json of commune report --preview")
    .option("--yes", "sign without a question")
    .option("--json", "print the line of the log as JSON");

/** The line of an entry, signed with an SSH key. */
export async function lineBySshKey(entry: SignedEntry, key: string): Promise<Line> {
  return { entry, signature: await signWithSsh(signedText(entry), key) };
}

/** Puts a line into the log, and prints it, or a sentence about it. */
export function enterLine(stacks: string, line: Line, { json }: SigningOptions, told: string): void {
  append(stacks, line);
  console.log(json ? JSON.stringify(line) : told);
}

/** A report that somebody can approve. Throws if nobody can. */
export function readApprovable(file: string): ReportFile {
  const report = readReport(file);
  if (report.approval.need === "nobody")
    throw new TranslatedError({
      en: "the change is refused as it is written: nobody can approve it.",
      fr: "le changement est refusé tel qu’il est écrit : personne ne peut l’approuver.",
    });
  return report;
}

/** Fields of an entry of either kind: its commune, its report and its signer. */
export function saidBy(stacks: string, { commune: stack, hash, approval }: ReportFile, signer: Approver) {
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

/** Today, ISO 8601. */
export const today = () => new Date().toISOString().slice(0, 10);
