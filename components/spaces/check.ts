import type { CommuneDeclaration } from "../commune/declaration.ts";
import { overlapping } from "../declaration/hours.ts";
import { show } from "../declaration/show.ts";
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
    ...[opening, autonomous].flatMap((list, which) =>
      list.flatMap((one, index) => {
        const other = overlapping(one, [...list.slice(0, index), ...(which === 1 ? opening : [])]);
        return other === undefined
          ? []
          : [
              {
                field: ["spaces", id, which === 0 ? "opening" : "autonomous", index],
                message: `${show(one.text)} has hours in common with ${show(other.text)}. Write each hour once: with help, or without.`,
              },
            ];
      }),
    ),
  ]);
}
