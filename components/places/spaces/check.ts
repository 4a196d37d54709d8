import type * as z from "zod";
import { nearest } from "../../foundation/declaration/choice.ts";
import type { FieldProblem } from "../../foundation/declaration/problem.ts";
import { show } from "../../foundation/declaration/show.ts";
import { common, showMoment, type WeeklyHours } from "../../foundation/declaration/weekly-hours.ts";
import type { Places } from "../places/places.ts";
import type { spacesSection } from "./declaration.ts";

/**
 * Finds problems that no single field of `spaces:` shows.
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

/** Public digital spaces that say they are on the map, and are not. */
export function unknownPlaces(
  spaces: z.output<typeof spacesSection> = {},
  places: Pick<Places, "spaces"> | undefined,
): FieldProblem[] {
  const known = places?.spaces.map(({ id }) => id) ?? [];
  return Object.entries(spaces).flatMap(([id, { place }]) => {
    if (place === undefined || known.includes(place)) return [];
    const near = nearest(place, known);
    const advice = near
      ? `Did you mean ${show(near)}?`
      : `Write the id of one: ${known.join(", ") || "there is none"}.`;
    const message = `${show(place)} is no feature of places.geojson with the kind "space". ${advice}`;
    return [{ field: ["spaces", id, "place"], message }];
  });
}
