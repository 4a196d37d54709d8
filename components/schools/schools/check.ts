import type * as z from "zod";
import type { FieldProblem } from "../../foundation/declaration/problem.ts";
import { show } from "../../foundation/declaration/show.ts";
import type { schoolsSection } from "./declaration.ts";

/**
 * Finds problems that no single field of `schools:` shows.
 *
 * @param keepsFolders whether the commune has a service that keeps the folders of groups.
 */
export function schoolsProblems(
  schools: z.output<typeof schoolsSection> | undefined,
  keepsFolders: boolean,
): FieldProblem[] {
  if (schools === undefined) return [];
  const libraries = Object.entries(schools.libraries).flatMap(([id, { folder, source }]) => [
    ...(folder === undefined && source === undefined
      ? [
          {
            field: ["schools", "libraries", id],
            message:
              "has nothing in it. Write folder: for files beside the declaration, source: for a library that somebody else publishes, or both.",
          },
        ]
      : []),
    ...(id in schools.establishments
      ? [
          {
            field: ["schools", "libraries", id],
            message: `${show(id)} is also a school, and both are published under that name. Give the library another id.`,
          },
        ]
      : []),
  ]);
  const groups = Object.entries(schools.establishments).flatMap(([id, { teachers, readers }]) =>
    readers
      .filter((group) => teachers.includes(group))
      .map((group) => ({
        field: ["schools", "establishments", id, "readers", readers.indexOf(group)],
        message: `${show(group)} is in teachers: already, who may do more. Remove one.`,
      })),
  );
  const media = Object.entries(schools.establishments).flatMap(([id, { teachers }]) =>
    teachers.length > 0 && !keepsFolders
      ? [
          {
            field: ["schools", "establishments", id, "teachers"],
            message:
              "has groups, and there is no Nextcloud with groupfolders for their folder Médias. Add nextcloud: with that app, or remove the groups.",
          },
        ]
      : [],
  );
  return [...libraries, ...groups, ...media];
}
