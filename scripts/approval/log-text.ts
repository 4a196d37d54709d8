import { approversFile } from "../../audit/approval/approvers.ts";
import type { Unapproved } from "../../audit/approval/history.ts";
import type { Entry } from "../../audit/approval/log.ts";
import type { Judged } from "../../audit/approval/verify.ts";
import { drillText } from "../../audit/drills/drills.ts";
import type { JudgedDrill } from "../../audit/drills/log.ts";
import { texts } from "../../audit/words.ts";
import type { LogHead } from "../../components/federation/approvals.ts";
import type { Language, Translated } from "../../components/foundation/language/language.ts";
import { heard } from "../heard/heard.ts";
import { wholeHistory } from "./past.ts";

/** Findings in the log of a commune. */
export interface Found extends LogHead {
  commune: string;
  lines: Judged[];
  /** The key that signs what commands write, and whether approvers.yaml lists it. */
  signer: { key: string | undefined; isListed: boolean };
  /** The log of its recovery drills, and the key that each line of it is held to. */
  drills: LogHead & { lines: JudgedDrill[]; publicKey: string | undefined };
  /** Sentences about what others remember otherwise. */
  witnesses: readonly string[];
  /** Sentences about those who were asked: they remember it so, or could not be asked. */
  asked: readonly string[];
  /** Updates that nobody approved; undefined if no history was given. */
  unapproved: readonly Unapproved[] | undefined;
}

/** Whether all of a log holds, and all updates were approved. */
export function holds({ lines, drills, witnesses, unapproved: updates = [] }: Found): boolean {
  const all: readonly { problems: readonly string[] }[] = [...lines, ...drills.lines];
  return all.every(({ problems }) => problems.length === 0) && witnesses.length + updates.length === 0;
}

const verdicts = {
  holds: { fr: "Chaque ligne est valable.", en: "Each line holds." },
  fails: { fr: "Tout n’est pas valable.", en: "Not all of it holds." },
  unsigned: {
    fr: (count: number) =>
      ` ${count === 1 ? "Une d’elles n’est signée" : `${count} d’entre elles ne sont signées`} par personne : voyez plus haut.`,
    en: (count: number) => ` Nobody signed ${count === 1 ? "one of them" : `${count} of them`}: see above.`,
  },
  unapproved: {
    fr: (count: number) =>
      `Chaque ligne est valable ; ${count === 1 ? "1 mise à jour n’a pas eu d’accord" : `${count} mises à jour n’ont pas eu d’accord`}.`,
    en: (count: number) =>
      `Each line holds; ${count === 1 ? "1 update was" : `${count} updates were`} not approved.`,
  },
} as const;

/** Verdict on everything, in one sentence. */
function verdict(found: Found, language: Language): string {
  const unsigned = found.lines.filter(({ remarks }) => remarks.length > 0).length;
  const but = unsigned === 0 ? "" : verdicts.unsigned[language](unsigned);
  if (holds(found)) return `${verdicts.holds[language]}${but}`;
  const { unapproved: updates = [] } = found;
  if (!holds({ ...found, unapproved: [] })) return verdicts.fails[language];
  return verdicts.unapproved[language](updates.length);
}

const kinds: Readonly<Record<Entry["kind"], Translated>> = {
  proposed: { fr: "proposé", en: "proposed" },
  approved: { fr: "approuvé", en: "approved" },
  excepted: { fr: "excepté", en: "excepted" },
  applied: { fr: "appliqué", en: "applied" },
  failed: { fr: "échoué", en: "failed" },
  refused: { fr: "refusé", en: "refused" },
  unapproved: { fr: "sans accord", en: "unapproved" },
};

const phrases = {
  plan: { fr: " (au vu du seul plan)", en: " (of the plan alone)" },
  page: { fr: " (dans un navigateur)", en: " (in a browser)" },
  until: {
    fr: (rule: string, day: string) => `${rule} jusqu’au ${day}`,
    en: (rule: string, day: string) => `${rule} until ${day}`,
  },
  updatesOf: {
    fr: (times: string) => `mises à jour de ${times}`,
    en: (times: string) => `updates of ${times}`,
  },
  none: {
    fr: (commune: string) =>
      `${commune} n’a pas de journal des accords : stacks/${commune}/approvals.jsonl n’existe pas.`,
    en: (commune: string) =>
      `${commune} has no log of approvals: stacks/${commune}/approvals.jsonl does not exist.`,
  },
  count: {
    fr: (count: number, head: string) =>
      `${count === 1 ? "1 ligne" : `${count} lignes`}, la dernière ${head}.`,
    en: (count: number, head: string) =>
      `${count === 1 ? "1 line" : `${count} lines`}, the last one ${head}.`,
  },
  notApproved: {
    fr: ({ started, kind, result }: Unapproved) => `${kind} du ${started} (${result}) sans accord`,
    en: ({ started, kind, result }: Unapproved) => `${kind} of ${started} (${result}) was not approved`,
  },
  notAsked: {
    fr: (commands: string) =>
      `Les mises à jour sans accord ne sont pas dans le journal, et n’ont pas été cherchées. Pour les voir : ${commands}`,
    en: (commands: string) =>
      `Updates without an approval are not logged, and were not looked for. To include them: ${commands}`,
  },
  notNamed: {
    fr: (keys: string, commune: string) =>
      `${keys}, que stacks/federation.yaml ne nomme pas : comparez avec publicKey dans npx pulumi stack output federation -s ${commune}`,
    en: (keys: string, commune: string) =>
      `${keys}, which stacks/federation.yaml does not name: compare it with publicKey in npx pulumi stack output federation -s ${commune}`,
  },
  drills: {
    fr: (count: number, head: string, key: string) =>
      `Exercices : ${count === 1 ? "1 ligne" : `${count} lignes`}, la dernière ${head}, signée par ${key}`,
    en: (count: number, head: string, key: string) =>
      `Drills: ${count === 1 ? "1 line" : `${count} lines`}, the last one ${head}, signed by ${key}`,
  },
  signer: {
    fr: (key: string, file: string) =>
      `Ce que les commandes écrivent est signé avec ${key}. Qui détient la graine l’écrit dans ${file}, pour que personne ne commence un journal avec une autre clé : log: ${key}`,
    en: (key: string, file: string) =>
      `What commands write is signed with ${key}. Whoever holds the seed writes that into ${file}, so that nobody begins a log with another one: log: ${key}`,
  },
} as const;

/** Line of the log, for people. */
function entryText(entry: Entry, { approver }: Judged, language: Language): string {
  const day = entry.at.slice(0, 16).replace("T", " ");
  const from = entry.kind === "approved" ? entry.from : undefined;
  const how = from === "plan" || from === "page" ? phrases[from][language] : "";
  return `${day} UTC  ${kinds[entry.kind][language].padEnd(8)}  ${whatOf(entry, language)}  ${approver?.name ?? ""}${how}`.trimEnd();
}

function whatOf(entry: Entry, language: Language): string {
  if (entry.kind === "excepted")
    return phrases.until[language](entry.exception.rule, entry.exception.expires);
  if (entry.kind === "unapproved")
    return phrases.updatesOf[language](entry.updates.map(({ started }) => started).join(", "));
  return `${entry.digest.slice(0, 19)}…`;
}

/** Sentence about the key that signs what commands write, if nobody has said that it is this key. */
function signerText({ commune, signer: { key, isListed } }: Found, language: Language): string[] {
  return key === undefined || isListed
    ? []
    : [phrases.signer[language](key, `stacks/${commune}/${approversFile}`)];
}

/** Text about the log of drills; empty if there is none. */
function drillsText(
  { commune, drills: { count, head, lines, publicKey } }: Found,
  language: Language,
): string[] {
  if (count === 0) return [];
  const key =
    publicKey ??
    phrases.notNamed[language](
      [...new Set(lines.flatMap(({ entry }) => entry?.by ?? []))].join(", "),
      commune,
    );
  return [
    "",
    phrases.drills[language](count, head, key),
    ...lines.flatMap(({ number, entry, problems }) => [
      `  ${String(number).padStart(3)}  ${entry ? drillText(entry, language) : ""}`.trimEnd(),
      ...problems.map((problem) => `       ✘ ${heard(problem, language)}`),
    ]),
  ];
}

/** Findings in a log, for people. */
export function foundText(found: Found, language: Language): string {
  const { commune, count, head, lines, drills, witnesses, asked, unapproved: updates } = found;
  if (count === 0 && drills.count === 0 && updates === undefined && asked.length === 0)
    return phrases.none[language](commune);
  const commands = `npx pulumi ${wholeHistory.join(" ")} -s ${commune} > history.json; npx commune verify-log ${commune} --history history.json`;
  return [
    ...lines.flatMap((line) => [
      `  ${String(line.number).padStart(3)}  ${line.entry ? entryText(line.entry, line, language) : ""}`.trimEnd(),
      ...line.problems.map((problem) => `       ✘ ${heard(problem, language)}`),
      ...line.remarks.map((remark) => `       · ${heard(remark, language)}`),
    ]),
    ...asked.map((told) => `  ${told}`),
    ...witnesses.map((problem) => `  ✘ ${heard(problem, language)}`),
    ...(updates ?? []).map((update) =>
      texts.labelled[language](`  ✘ ${phrases.notApproved[language](update)}`, heard(update.why, language)),
    ),
    ...drillsText(found, language),
    "",
    `${phrases.count[language](count, head)} ${verdict(found, language)}`,
    ...signerText(found, language),
    ...(updates === undefined ? [phrases.notAsked[language](commands)] : []),
  ].join("\n");
}
