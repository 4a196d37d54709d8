import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import canonicalize from "canonicalize";
import * as z from "zod";
import { effects } from "../../components/commune/changes/effect.ts";
import {
  emptyLog,
  type LogHead,
  lineHash,
  logFile,
  logLines,
} from "../../components/federation/approvals.ts";
import { roles } from "./approvers.ts";
import { needs } from "./needs.ts";

const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const instant = z.iso.datetime();
const id = z.string().max(100);
const keyId = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/);

/** Of every line. */
const common = {
  stack: id.describe("Id of the commune."),
  at: instant.describe("When, by the clock of whoever wrote it."),
  previous: sha256.describe("Of the line before; 64 zeros in the first one."),
};

/** Of every line about a report. */
const reported = {
  digest: sha256.describe("Of what would be applied, secrets and options among it."),
  report: sha256.describe("Of the file report.json that was read."),
};

/** Of what a person signs of a report. */
const said = {
  label: z.enum(effects),
  needs: z.enum(needs).describe("Who has to say yes."),
  shown: z.array(z.string().max(2000)).max(10).describe("The sentences that were shown."),
  role: z.enum(roles),
  by: keyId.describe("The key that signs."),
};

/** Of what became of an update. */
const became = {
  started: instant.optional().describe("When the update began, as Pulumi's history has it."),
  seconds: z.number().min(0).optional(),
  state: sha256.optional().describe("Of the stack's state afterwards."),
  why: z.array(z.string().max(2000)).max(1000).optional(),
};

/** A rule that may be broken in one place until a day, as exceptions.yaml says it. */
const exception = z.strictObject({
  rule: id,
  object: z.string().max(200),
  reason: z.string().max(300),
  owner: z.string().max(100),
  expires: z.iso.date().describe("Last day on which it counts."),
});

const entry = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("excepted"),
    ...common,
    exception,
    role: z.enum(roles),
    by: keyId.describe("The key that signs."),
  }),
  z.strictObject({ kind: z.literal("proposed"), ...common, ...reported, ...said }),
  z.strictObject({
    kind: z.literal("approved"),
    ...common,
    ...reported,
    ...said,
    author: keyId,
    expires: instant,
  }),
  z.strictObject({ kind: z.literal("applied"), ...common, ...reported, ...became }),
  z.strictObject({ kind: z.literal("failed"), ...common, ...reported, ...became }),
  z.strictObject({ kind: z.literal("refused"), ...common, ...reported, ...became }),
]);

/** A line of the log, as its schema is published. */
export const lineSchema = z.strictObject({
  entry,
  signature: z
    .string()
    .max(10_000)
    .optional()
    .describe(
      "SSH signature (PROTOCOL.sshsig, namespace commune-approval@v1) of the entry in RFC 8785, base64.",
    ),
});

/** One thing that was said: proposed, approved and excepted by people who sign, the others by `commune apply`. */
export type Entry = z.output<typeof entry>;
/** What people sign. */
export type Signed = Extract<Entry, { kind: "proposed" | "approved" | "excepted" }>;
/** What they sign of a report. */
export type Said = Extract<Entry, { kind: "proposed" | "approved" }>;
/** What is said of a report, by people or by `commune apply`. */
export type Reported = Exclude<Entry, { kind: "excepted" }>;
export type Line = z.output<typeof lineSchema>;

/** A line as it stands, with what it says where it can be read. */
export interface Read {
  /** From 1, as editors count. */
  number: number;
  hash: string;
  line: Line | undefined;
  /** Why it cannot be read. */
  problem?: string;
}

/** `sha256:` and the hash of a text or of bytes. */
export function digestOf(text: string | Buffer): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** The text of an entry that is signed: its canonical JSON (RFC 8785). */
export function signedText(entry: Entry): string {
  return canonicalize(entry) ?? "";
}

/** The lines of a log. */
export function readLog(text: string): Read[] {
  return logLines(text).map((raw, index) => ({ number: index + 1, hash: lineHash(raw), ...parsed(raw) }));
}

function parsed(raw: string): Pick<Read, "line" | "problem"> {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return { line: undefined, problem: "is no JSON" };
  }
  const read = lineSchema.safeParse(value);
  if (read.success) return { line: read.data };
  const [issue] = read.error.issues;
  return { line: undefined, problem: `cannot be read (${issue?.path.join(".")}: ${issue?.message})` };
}

/** How many lines a log has, and the hash of the last one: what the commune's descriptor says of it. */
export function headOf(lines: readonly Read[]): LogHead {
  const last = lines.at(-1);
  return last === undefined ? emptyLog : { count: lines.length, head: last.hash };
}

/** The text of a commune's log; nothing in it where there is no file. */
export function logText(stacks: string, id: string): string {
  const file = join(stacks, id, logFile);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** What an entry must name as the line before it. */
export function previousOf(stacks: string, id: string): string {
  return headOf(readLog(logText(stacks, id))).head;
}

/** Puts a line behind the others. */
export function append(stacks: string, line: Line): void {
  appendFileSync(join(stacks, line.entry.stack, logFile), `${JSON.stringify(line)}\n`);
}
