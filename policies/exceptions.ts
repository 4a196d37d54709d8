import { existsSync } from "node:fs";
import type * as z from "zod";
import { readApprovers } from "../audit/approval/approvers.ts";
import { logText, readLog } from "../audit/approval/log.ts";
import { type Judged, judgeLog } from "../audit/approval/verify.ts";
import { choice } from "../components/foundation/declaration/choice.ts";
import { date } from "../components/foundation/declaration/date.ts";
import { line } from "../components/foundation/declaration/line.ts";
import { list } from "../components/foundation/declaration/list.ts";
import { type Loaded, loadYaml } from "../components/foundation/declaration/load.ts";
import type { Problem } from "../components/foundation/declaration/problem.ts";
import { section } from "../components/foundation/declaration/section.ts";
import { inCommune } from "../components/foundation/declaration/stacks.ts";
import { rules } from "./rules.ts";

/** The file beside a commune's declaration. */
export const exceptionsFile = "exceptions.yaml";

const [first = "", ...others] = rules.map(({ id }) => id);

const exceptionSection = section({
  rule: choice([first, ...others]).describe("Rule that is broken (docs/policies.md)."),
  object: line({ maximumLength: 200, example: "media.endpoint" }).describe(
    "What breaks it, as the message of the rule begins: an object, a field or an image.",
  ),
  reason: line({ maximumLength: 300, example: "Marché en cours jusqu’en mars." }).describe(
    "Why it may stay so for a while, for whoever reads the report.",
  ),
  owner: line({ maximumLength: 100, example: "direction du numérique" }).describe(
    "Who answers for it: a function, never a person.",
  ),
  expires: date().describe("Last day on which it counts, at most twelve months ahead."),
});

/** `stacks/<commune>/exceptions.yaml`. */
export const exceptionsSchema = section({
  exceptions: list(exceptionSection, { noun: "exceptions" }),
});

/** What stands in the file, and is signed. */
export type WrittenException = z.output<typeof exceptionSection>;

/** A rule that a commune may break, in one place and until a day. */
export interface RuleException extends WrittenException {
  /** Function of whoever signed it (docs/approval.md); nothing where nobody has: it does not count then. */
  signedBy: string | undefined;
}

/** Whether an exception counts on a day: somebody has signed it, and it is not over. */
export function counts({ signedBy, expires }: RuleException, today: string): boolean {
  return signedBy !== undefined && expires >= today;
}

/** Months for which an exception may be declared ahead. */
const mostMonths = 12;

/** A day some months later, as ISO 8601. The 31st of a shorter month is the first days of the next. */
function later(today: string, months: number): string {
  const day = new Date(`${today}T00:00:00Z`);
  day.setUTCMonth(day.getUTCMonth() + months);
  return day.toISOString().slice(0, 10);
}

/** Whether two exceptions say the same. */
function isSame(one: WrittenException, other: WrittenException): boolean {
  return (["rule", "object", "reason", "owner", "expires"] as const).every((key) => one[key] === other[key]);
}

/** The exceptions with who signed each, by the commune's log: every word of them is signed, the day too. */
function withSigners(
  written: readonly WrittenException[],
  lines: readonly Judged[],
): readonly RuleException[] {
  return written.map((exception) => {
    const signed = lines.find(
      ({ entry, problems }) =>
        entry?.kind === "excepted" && problems.length === 0 && isSame(entry.exception, exception),
    );
    return { ...exception, signedBy: signed?.approver?.name };
  });
}

/**
 * The exceptions of a commune, where it has any. What has expired, and what nobody has signed, is among them: the rule
 * says so when it refuses.
 *
 * @param today as ISO 8601.
 */
export function loadExceptions(
  stacks: string,
  id: string,
  today: string,
): { ok: true; exceptions: readonly RuleException[] } | { ok: false; problems: Problem[] } {
  const file = inCommune(stacks, id, exceptionsFile);
  if (!existsSync(file)) return { ok: true, exceptions: [] };
  const loaded: Loaded<z.output<typeof exceptionsSchema>> = loadYaml(file, exceptionsSchema);
  if (!loaded.ok) return loaded;
  const { exceptions } = loaded.declaration;
  const most = later(today, mostMonths);
  const problems = exceptions.flatMap(({ expires }, index) =>
    expires <= most
      ? []
      : [
          loaded.positions.problem(
            ["exceptions", index, "expires"],
            `"${expires}" is more than ${mostMonths} months ahead. Write a day until ${most}, and ask again then.`,
          ),
        ],
  );
  if (problems.length > 0) return { ok: false, problems };
  const signers = readApprovers(stacks, id);
  if (!signers.ok) return signers;
  const lines = judgeLog(readLog(logText(stacks, id)), { stack: id, ...signers });
  return { ok: true, exceptions: withSigners(exceptions, lines) };
}
