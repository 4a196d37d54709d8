import type * as z from "zod";
import type { FieldProblem } from "../../foundation/declaration/problem.ts";
import { show } from "../../foundation/declaration/show.ts";
import { common, showMoment, type WeeklyHours } from "../../foundation/declaration/weekly-hours.ts";
import type { spacesSection } from "./declaration.ts";

/**
 * What no single field of `spaces:` can tell.
 *
 * @param schools ids of the commune's schools.
 */
export function spacesProblems(
  spaces: z.output<typeof spacesSection> = {},
  schools: readonly string[] = [],
): FieldProblem[] {
  return Object.entries(spaces).flatMap(([id, { opening, autonomous }]) => [
    ...(schools.includes(id)
      ? [
          {
            field: ["spaces", id],
            message: `${show(id)} is a school already, and workstations of both are asked for by that id. Give the space another one.`,
          },
        ]
      : []),
    ...shared(opening, autonomous).map((moment) => ({
      field: ["spaces", id, "autonomous"],
      message: `has hours in common with opening: (${moment}). Write each hour once: with help, or without.`,
    })),
  ]);
}

/** The first moment that two sets of hours have in common, if any. */
function shared(one: WeeklyHours | undefined, other: WeeklyHours | undefined): string[] {
  const [first] = one && other ? common(one.spans, other.spans) : [];
  return first === undefined ? [] : [showMoment(first.from)];
}
