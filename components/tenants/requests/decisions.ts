import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import canonicalize from "canonicalize";
import * as z from "zod";
import { tenantId } from "../../foundation/declaration/identifier.ts";
import { type Problem, shownFile } from "../../foundation/declaration/problem.ts";
import { inCommune } from "../../foundation/declaration/stacks.ts";
import type { TenantRequest, Unconfirmed } from "./request.ts";

/** File of decisions about requests, beside the commune's declaration: one line each, without personal data. */
export const decisionsFile = "requests.jsonl";

const decision = z.strictObject({
  /** SHA-256 of the request, as `digestOf` says. */
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  id: tenantId(),
  decision: z.enum(["approved", "refused"]),
  at: z.iso.date(),
});

export type Decision = z.output<typeof decision>;

/**
 * Returns the digest by which a decision names a request: of its fields and time, regardless of the file's name and of
 * repeated confirmations.
 */
export function digestOf(request: TenantRequest | Unconfirmed): string {
  const asked = { ...request, confirmed: undefined };
  return `sha256:${createHash("sha256")
    .update(canonicalize(asked) ?? "")
    .digest("hex")}`;
}

/** Loads the decisions of a commune, and the problems of their file. Contacts nothing and changes nothing. */
export function loadDecisions(
  stacks: string,
  id: string,
): { decisions: readonly Decision[]; problems: readonly Problem[] } {
  const file = inCommune(stacks, id, decisionsFile);
  return existsSync(file)
    ? readDecisions(readFileSync(file, "utf8"), shownFile(file))
    : { decisions: [], problems: [] };
}

/** Reads the decisions in a text, and the lines that are none. */
export function readDecisions(
  text: string,
  file: string,
): { decisions: readonly Decision[]; problems: readonly Problem[] } {
  const lines = text
    .split("\n")
    .map((line, index) => ({ read: decision.safeParse(parsed(line)), text: line, line: index + 1 }))
    .filter(({ text }) => text !== "");
  return {
    decisions: lines.flatMap(({ read }) => (read.success ? [read.data] : [])),
    problems: lines
      .filter(({ read }) => !read.success)
      .map(({ line }) => ({ ...{ file, line, column: 1, path: [] }, message: notOne })),
  };
}

const notOne = "this is no decision of a request. Put the line back as git has it.";

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
