import type * as z from "zod";
import { choice } from "../components/foundation/declaration/choice.ts";
import { date } from "../components/foundation/declaration/date.ts";
import { line } from "../components/foundation/declaration/line.ts";
import { list } from "../components/foundation/declaration/list.ts";
import { section } from "../components/foundation/declaration/section.ts";
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

/** Fields of an exception that the file has, and that are signed. */
export type WrittenException = z.output<typeof exceptionSection>;

/** A rule that a commune may break, in one place and until a day. */
export interface RuleException extends WrittenException {
  /** Function of whoever signed it (docs/approval.md); undefined if nobody has: then it does not count. */
  signedBy: string | undefined;
}

/** Whether an exception counts on a day: somebody has signed it, and it is not over. */
export function counts({ signedBy, expires }: RuleException, today: string): boolean {
  return signedBy !== undefined && expires >= today;
}
