import type { Effect } from "../../components/commune/changes/effect.ts";
import type { LogHead } from "../../components/federation/approvals.ts";
import { headOf, placeProblems, signedText } from "../log.ts";
import { differences } from "../objects.ts";
import { type Approver, maySign, type Signers } from "./approvers.ts";
import {
  type Entry,
  type Line,
  type Read,
  type Reported,
  type Said,
  type SignedEntry,
  type Source,
  statementOf,
} from "./log.ts";
import { missing, type Need, type Yes } from "./needs.ts";
import { type Passkey, PasskeyError, verifyAssertion } from "./passkey.ts";
import { SshFormatError, verifySshSignature } from "./sshsig.ts";
import { WrittenLines } from "./written.ts";

/** Days for which an approval counts, at most. */
export const mostDays = 7;

/** A line, and everything that is wrong with it. */
export interface Judged {
  number: number;
  hash: string;
  entry: Entry | undefined;
  /** The approver whose key signed it; undefined if the commune's file does not have the key. */
  approver: Approver | undefined;
  problems: readonly string[];
  /** Remarks on a valid line. */
  remarks: readonly string[];
}

/** Whether a person signs an entry; a command writes and signs the others. */
function isSigned(entry: Entry): entry is SignedEntry {
  return isSaid(entry) || entry.kind === "excepted";
}

/** Whether a person says it of a report. */
export function isSaid(entry: Entry): entry is Said {
  return entry.kind === "proposed" || entry.kind === "approved";
}

/** Whether it is about a report. */
export function isReported(entry: Entry | undefined): entry is Reported {
  return entry !== undefined && entry.kind !== "excepted" && entry.kind !== "unapproved";
}

/**
 * Judges every line of a log on its own and by the line before it. Contacts nothing, and needs no program beside
 * Node.
 */
export function judgeLog(
  lines: readonly Read[],
  { stack, approvers, log }: Signers & { stack: string },
): Judged[] {
  const written = new WrittenLines(log);
  return lines.map(({ number, hash, line, problem }, index) => {
    if (line === undefined)
      return { number, hash, entry: undefined, approver: undefined, problems: [problem ?? ""], remarks: [] };
    const { entry, signature } = line;
    const place = placeProblems(lines, index, stack);
    if (!isSigned(entry)) {
      const { problems, remarks } = written.judge(entry, signature);
      return { number, hash, entry, approver: undefined, problems: [...place, ...problems], remarks };
    }
    const approver = approvers.find(({ fingerprint }) => fingerprint === entry.by);
    const proposal = proposalProblems(entry, lines.slice(0, index));
    const problems = [...place, ...proposal, ...signedProblems({ ...line, entry }, approver)];
    if (problems.length === 0) written.follow(entry);
    return { number, hash, entry, approver, problems, remarks: [] };
  });
}

/** Multikey that signs what commands write into a log, according to its lines; undefined if none is signed. */
export function signerOfLog(lines: readonly Judged[]): string | undefined {
  return lines.flatMap(({ entry, problems }) =>
    entry !== undefined && !isSigned(entry) && problems.length === 0 ? (entry.by ?? []) : [],
  )[0];
}

/** A line that a person signs. */
interface SignedLine extends Line {
  entry: SignedEntry;
}

function signedProblems(line: SignedLine, approver: Approver | undefined): string[] {
  const { entry } = line;
  const signing = approver?.passkey === undefined ? sshProblem(line) : passkeyProblem(line, approver.passkey);
  return [
    ...(signing === undefined ? [] : [signing]),
    ...(approver === undefined
      ? [`its key ${entry.by} is of nobody in approvers.yaml`]
      : approverProblems(entry, approver)),
    ...(entry.kind === "approved" ? approvalProblems(entry) : []),
    ...(entry.kind === "excepted" && entry.role === "administrator"
      ? ["lets a rule be broken as administrator: an official or the data protection officer signs that"]
      : []),
  ];
}

function sshProblem({ entry, signature, assertion }: SignedLine): string | undefined {
  if (assertion !== undefined) return "is signed with a passkey, which approvers.yaml does not list";
  if (signature === undefined) return "is not signed";
  try {
    const signer = verifySshSignature(signedText(entry), signature);
    return signer.fingerprint === entry.by ? undefined : `is signed with another key, ${signer.fingerprint}`;
  } catch (error) {
    // What OpenSSL cannot read as a key or a number throws as well.
    const why = error instanceof SshFormatError ? error.message : "its key or its numbers cannot be read";
    return `its signature does not hold: ${why}`;
  }
}

function passkeyProblem({ entry, signature, assertion }: SignedLine, passkey: Passkey): string | undefined {
  if (assertion === undefined || signature !== undefined) return "is not signed with its passkey alone";
  if (entry.kind !== "approved" || entry.proposal === undefined || entry.from !== "page")
    return "is no approval of a proposal that a page has shown, and passkeys sign nothing else";
  try {
    verifyAssertion(statementOf(entry), assertion, passkey);
    return undefined;
  } catch (error) {
    const why = error instanceof PasskeyError ? error.message : "its key or its numbers cannot be read";
    return `its signature does not hold: ${why}`;
  }
}

/** Returns what is wrong with the proposal that an approval names, if it names one. */
function proposalProblems(entry: SignedEntry, before: readonly Read[]): string[] {
  if (entry.kind !== "approved" || entry.proposal === undefined) return [];
  const named = before.find(({ hash }) => hash === entry.proposal)?.line?.entry;
  return named?.kind === "proposed" &&
    named.report === entry.report &&
    named.digest === entry.digest &&
    named.by === entry.author
    ? []
    : ["names a proposal that is not before it, or is of something else"];
}

function approverProblems({ role, at }: SignedEntry, approver: Approver): string[] {
  return [
    ...(approver.role === role
      ? []
      : [`is signed as ${role}, and ${approver.name} is ${approver.role} in approvers.yaml`]),
    ...(maySign(approver, at.slice(0, 10))
      ? []
      : [
          approver.until === undefined
            ? `is of ${at.slice(0, 10)}, and ${approver.name} may sign from ${approver.from}`
            : `is of ${at.slice(0, 10)}, and ${approver.name} may sign from ${approver.from} until ${approver.until}`,
        ]),
  ];
}

function approvalProblems({ by, author, at, expires }: Extract<Entry, { kind: "approved" }>): string[] {
  const days = (Date.parse(expires) - Date.parse(at)) / 86_400_000;
  return [
    ...(by === author ? ["approves what the same key proposed"] : []),
    ...(days > mostDays ? [`would count for more than ${mostDays} days`] : []),
  ];
}

/** A report that is to be applied. */
export interface Asked {
  digest: string;
  report: string;
  /**
   * Sentences that signers are to be shown, as the machine that asks makes them: the lines' own account does not
   * count.
   */
  shown: Readonly<Record<Source, Shown>>;
}

/** Returns where a line differs from what its signer is to be shown of the report. */
export function saidProblems(entry: Said, { shown }: Pick<Asked, "shown">): string[] {
  const { label, needs, shown: sentences } = entry;
  const source = entry.kind === "approved" ? (entry.from ?? "preview") : "preview";
  return differences({ label, needs, shown: sentences }, shown[source]).map(
    ({ path, from, to }) =>
      `says ${path.join(".")} ${JSON.stringify(from) ?? "nothing"}, and the report has ${JSON.stringify(to) ?? "nothing"}`,
  );
}

/** Whether a report may be applied now: by whom it was approved, or everything that is in the way. */
export function judgeApproval(
  lines: readonly Judged[],
  asked: Asked,
  now: Date,
): { by: readonly Yes[]; problems: readonly string[] } {
  const own = lines
    .filter(
      ({ entry }) => isReported(entry) && entry.report === asked.report && entry.digest === asked.digest,
    )
    .map((line) =>
      line.entry !== undefined && isSaid(line.entry)
        ? { ...line, problems: [...line.problems, ...saidProblems(line.entry, asked)] }
        : line,
    );
  const applied = own.findLast(({ entry, problems }) => entry?.kind === "applied" && problems.length === 0);
  // An approval is of one update: what was approved before the last one is used up.
  const fresh = own.filter(({ number }) => number > (applied?.number ?? 0));
  const proposed = fresh.find(({ entry, problems }) => entry?.kind === "proposed" && problems.length === 0);
  if (proposed?.entry === undefined || !isSaid(proposed.entry)) {
    const why = applied
      ? `the approval was used on ${applied.entry?.at}: make a report of what is to be changed now`
      : "nobody has proposed this report, or its line does not hold";
    return { by: [], problems: [why, ...faults(fresh)] };
  }
  const author = proposed.entry.by;
  const hashes = new Set(fresh.map(({ hash }) => hash));
  const counted = fresh.flatMap(({ entry, approver, problems }) =>
    entry?.kind === "approved" &&
    problems.length === 0 &&
    approver !== undefined &&
    entry.author === author &&
    (entry.proposal === undefined || hashes.has(entry.proposal)) &&
    approver.name !== proposed.approver?.name &&
    new Date(entry.expires) >= now &&
    maySign(approver, now.toISOString().slice(0, 10))
      ? [{ name: approver.name, role: approver.role }]
      : [],
  );
  const lack = missing(asked.shown.preview.needs, counted);
  return lack === undefined
    ? { by: counted, problems: [] }
    : {
        by: counted,
        problems: [
          lack.en,
          ...faults(fresh),
          ...uncounted(fresh, { author, hashes }, proposed.approver, now),
        ],
      };
}

/** Returns the problems of lines, each with its number. */
function faults(lines: readonly Judged[]): string[] {
  return lines.flatMap(({ number, problems }) => problems.map((problem) => `line ${number} ${problem}`));
}

/** Returns the reasons why approvals with valid lines do not count. */
function uncounted(
  lines: readonly Judged[],
  { author, hashes }: { author: string; hashes: ReadonlySet<string> },
  proposer: Approver | undefined,
  now: Date,
): string[] {
  return lines.flatMap(({ number, entry, approver, problems }) => {
    if (entry?.kind !== "approved" || problems.length > 0 || approver === undefined) return [];
    return [
      ...(entry.author === author ? [] : [`line ${number} names another author`]),
      ...(entry.proposal === undefined || hashes.has(entry.proposal)
        ? []
        : [`line ${number} is of an earlier proposal, whose update was made`]),
      ...(approver.name === proposer?.name
        ? [`line ${number} is of ${approver.name}, whose change it is`]
        : []),
      ...(new Date(entry.expires) >= now ? [] : [`line ${number} counted until ${entry.expires}`]),
      ...(maySign(approver, now.toISOString().slice(0, 10))
        ? []
        : [`line ${number} is of ${approver.name}, who may not sign any more`]),
    ];
  });
}

/** Head of a log as somebody else remembers it. */
export interface Witness extends LogHead {
  /** Name of whoever remembers it. */
  of: string;
}

/** Returns what is wrong with a log according to what others remember of it: lines that are gone or were rewritten. */
export function witnessProblems(lines: readonly Read[], witnesses: readonly Witness[]): string[] {
  const { count } = headOf(lines);
  return witnesses.flatMap((witness) => {
    const gone = witness.count - count;
    if (gone === 1)
      return [
        `${witness.of} remembers ${witness.count} lines, and there are ${count}: the last one was taken away`,
      ];
    if (gone > 1)
      return [
        `${witness.of} remembers ${witness.count} lines, and there are ${count}: the last ${gone} were taken away`,
      ];
    const hash = headOf(lines.slice(0, witness.count)).head;
    return hash === witness.head
      ? []
      : [`${witness.of} remembers another line ${witness.count}: it, or one before it, was rewritten`];
  });
}

/** Sentences that somebody is shown before they sign, and signs. */
export interface Shown {
  /** Absent if it is not known: a plan only shows what it deletes for good. */
  label?: Effect;
  needs: Need;
  shown: string[];
}
