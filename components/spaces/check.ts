import type { CommuneDeclaration } from "../commune/declaration.ts";
import { show } from "../declaration/show.ts";
import { common, showMoment, type WeeklyHours } from "../declaration/weekly-hours.ts";
import type { FieldProblem } from "../schools/check.ts";

/** What no single field of `spaces:` can tell. */
export function spacesProblems({ spaces = {}, schools }: CommuneDeclaration): FieldProblem[] {
  return Object.entries(spaces).flatMap(([id, { opening, autonomous }]) => [
    ...(schools && id in schools.establishments
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
