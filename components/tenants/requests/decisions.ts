import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import * as z from "zod";
import type { TenantRequest } from "./request.ts";

/** What was decided of requests, beside the commune's declaration: a line each, and nothing of a person. */
export const decisionsFile = "requests.jsonl";

const decision = z.strictObject({
  /** SHA-256 of the request. */
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  id: z.string().max(30),
  decision: z.enum(["approved", "refused"]),
  at: z.iso.date(),
});

export type Decision = z.output<typeof decision>;

/** What a decision is of: the request, whatever its file is called. */
export function digestOf(request: TenantRequest): string {
  return `sha256:${createHash("sha256")
    .update(canonicalize(request) ?? "")
    .digest("hex")}`;
}

/** The decisions of a file. Throws, with the line, where one cannot be read. */
export function readDecisions(text: string, file: string): Decision[] {
  return text
    .split("\n")
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line !== "")
    .map(({ line, number }) => {
      let value: unknown;
      try {
        value = JSON.parse(line);
      } catch {
        throw new Error(`${file}:${number} is no JSON. Put the line back as git has it.`);
      }
      const read = decision.safeParse(value);
      if (!read.success)
        throw new Error(`${file}:${number} is no decision of a request. Put the line back as git has it.`);
      return read.data;
    });
}
