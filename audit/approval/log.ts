import { createHash } from "node:crypto";
import * as z from "zod";
import { effects } from "../../components/commune/changes/effect.ts";
import { logFile } from "../../components/federation/approvals.ts";
import { appendTo, chained, headOf, type Read as ReadOf, readLines, textOf } from "../log.ts";
import { signatureText } from "../signature.ts";
import { roles } from "./approvers.ts";
import { needs } from "./needs.ts";
import { assertionSchema, assertionText } from "./passkey.ts";

const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const instant = z.iso.datetime();
const id = z.string().max(100);
const keyId = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/);

/**
 * Source of the label, needs and sentences that a signer was shown: the preview of their own machine, the plan of a
 * report alone, or a page of the commune, which has them from the report.
 */
const sources = ["preview", "plan", "page"] as const;
export type Source = (typeof sources)[number];

/** Fields of every line about a report. */
const reported = {
  digest: sha256.describe("Of what would be applied, secrets and options among it."),
  report: sha256.describe("Of the file report.json that was read."),
};

/** Fields of each line that a person signs. */
const signed = {
  form: z
    .literal(2)
    .optional()
    .describe("2: what commands write into this log is signed too. Absent before November 2026."),
  role: z.enum(roles),
  by: keyId.describe("The key that signs."),
};

/** Fields that a person signs about a report. */
const said = {
  ...signed,
  label: z.enum(effects),
  needs: z.enum(needs).describe("Who has to say yes."),
  shown: z.array(z.string().max(2000)).max(10).describe("The sentences that were shown."),
};

/** Fields of each line that a command writes. */
const written = {
  by: z
    .string()
    .max(60)
    .optional()
    .describe(
      "The key of the log, which comes from the commune's seed: a Multikey. Absent before November 2026, and of a commune that has no seed yet.",
    ),
};

/** Fields that report the outcome of an update. */
const became = {
  ...written,
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

/** An update that nobody approved, as Pulumi's history has it. */
const unapproved = z.strictObject({
  started: instant,
  result: z.string().max(50),
  objects: z.int().min(0).optional().describe("How many objects it touched."),
});

const entry = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("excepted"),
    ...chained,
    exception,
    ...signed,
  }),
  z.strictObject({ kind: z.literal("proposed"), ...chained, ...reported, ...said }),
  z.strictObject({
    kind: z.literal("approved"),
    ...chained,
    ...reported,
    ...said,
    label: said.label.optional().describe("Absent where the plan alone does not tell it."),
    from: z
      .enum(sources)
      .optional()
      .describe(
        "What label, needs and sentences were made of: the preview of the signer's own machine, the plan of the report alone, or, on a page of the commune, the report, which who takes the answer into the log makes again. Absent before November 2026, when they were what the report said.",
      ),
    proposal: sha256
      .optional()
      .describe(
        "Of the line that proposes the report. With a passkey, which signs it in the place of `previous`: other lines may come before the answer does.",
      ),
    author: keyId,
    expires: instant,
  }),
  z.strictObject({ kind: z.literal("applied"), ...chained, ...reported, ...became }),
  z.strictObject({ kind: z.literal("failed"), ...chained, ...reported, ...became }),
  z.strictObject({ kind: z.literal("refused"), ...chained, ...reported, ...became }),
  z.strictObject({
    kind: z.literal("unapproved"),
    ...chained,
    ...written,
    updates: z
      .array(unapproved)
      .min(1)
      .max(100)
      .describe("Updates that nobody approved, the first one first."),
  }),
]);

/** A line of the log, as its schema is published. */
export const lineSchema = z.strictObject({
  entry,
  signature: z
    .string()
    .max(10_000)
    .optional()
    .describe(
      `Of what people say with an SSH key: SSH signature (PROTOCOL.sshsig, namespace commune-approval@v1) of the entry in RFC 8785, base64. Of what commands write: ${signatureText("approvals")}`,
    ),
  assertion: assertionSchema
    .optional()
    .describe(`Of what people say with a passkey: the signature that WebAuthn makes. ${assertionText}`),
});

/** Statement of a person in an entry, without the line before it: a passkey signs this. */
export function statementOf({ previous: _, ...said }: SignedEntry): Omit<SignedEntry, "previous"> {
  return said;
}

/** One thing that was said: proposed, approved and excepted by people, the others by `commune apply`. */
export type Entry = z.output<typeof entry>;
/** Entries that people sign. */
export type SignedEntry = Extract<Entry, { kind: "proposed" | "approved" | "excepted" }>;
/** A line of `commune apply`, signed with the commune's own key. */
export type WrittenEntry = Exclude<Entry, SignedEntry>;
/** A line that people sign of a report. */
export type Said = Extract<Entry, { kind: "proposed" | "approved" }>;
/** Entries about a report, by people or by `commune apply`. */
export type Reported = Exclude<Entry, { kind: "excepted" | "unapproved" }>;
export type Line = z.output<typeof lineSchema>;

/** A line as it stands, with its content if it can be read. */
export type Read = ReadOf<Line>;

/** `sha256:` and the hash of a text or of bytes. */
export function digestOf(text: string | Buffer): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** The lines of a log. */
export function readLog(text: string): Read[] {
  return readLines(text, lineSchema);
}

/** The text of a commune's log; empty if there is no file. */
export function logText(stacks: string, id: string): string {
  return textOf(stacks, id, logFile);
}

/** Hash that an entry must name as the line before it. */
export function previousOf(stacks: string, id: string): string {
  return headOf(readLog(logText(stacks, id))).head;
}

/** Puts a line behind the others. */
export function append(stacks: string, line: Line): void {
  appendTo(stacks, logFile, line);
}
