import { choice } from "../../foundation/declaration/choice.ts";
import { identifier } from "../../foundation/declaration/identifier.ts";
import { line } from "../../foundation/declaration/line.ts";
import type { FieldProblem } from "../../foundation/declaration/problem.ts";
import { named, section } from "../../foundation/declaration/section.ts";
import { show } from "../../foundation/declaration/show.ts";

/**
 * The `lists:` of an association's file. It contains nobody's address: recipients are in the directory, or added by an
 * owner.
 */
export const tenantListsSection = named(
  identifier({ noun: "the name of a list", title: "name of a list", example: "bureau" }),
  section({
    purpose: line({ maximumLength: 100, example: "Les nouvelles de la chorale" }).describe(
      "Its purpose, as its recipients read it.",
    ),
    readers: choice(["members", "added"])
      .prefault("members")
      .describe(
        "Its recipients: the members of the association in the commune's directory, or only those whom an owner adds.",
      ),
    writers: choice(["readers", "moderated", "owners"])
      .prefault("readers")
      .describe(
        "Its authors: only its recipients; everybody, with an owner's approval of messages from others; or the owners, who confirm each message.",
      ),
  }),
  "lists",
).prefault({});

/**
 * Suffixes of addresses that Sympa reserves for each list. Source: its default `list_check_suffixes`, and the two for
 * bounces.
 */
const suffixes = ["request", "owner", "editor", "subscribe", "unsubscribe"];

/** Names that belong to the whole association. Source: RFC 2142, and Sympa's own. */
const reserved = [
  "sympa",
  "listmaster",
  "postmaster",
  "abuse",
  "bounce",
  "abuse-feedback-report",
  "mailer-daemon",
];

/** Returns the problems of an association's lists, beyond their own fields. */
export function listProblems(
  { lists: carrier }: { lists?: object | undefined },
  { lists }: { lists: Readonly<Record<string, object>> },
): FieldProblem[] {
  const names = Object.keys(lists);
  if (names.length > 0 && carrier === undefined) {
    const message =
      "need the commune's mailing lists, and it declares none. Write lists: {} in its commune.yaml (docs/lists.md), or take them out.";
    return [{ field: ["lists"], message }];
  }
  return names.flatMap((name) => {
    const suffix = suffixes.find((each) => name.endsWith(`-${each}`));
    if (suffix !== undefined || reserved.includes(name)) {
      const message = `${show(name)} is an address that every list or every association has already. Write another name.`;
      return [{ field: ["lists", name], message }];
    }
    return [];
  });
}
