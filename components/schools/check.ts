import type { CommuneDeclaration } from "../commune/declaration.ts";
import type { Path } from "../declaration/position.ts";
import { show } from "../declaration/show.ts";

/** What is wrong between the fields of a declaration, and where. */
export interface FieldProblem {
  field: Path;
  message: string;
}

/** What no single field of `schools:` can tell. */
export function schoolsProblems({ schools, nextcloud }: CommuneDeclaration): FieldProblem[] {
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
  const folders = nextcloud?.apps.includes("groupfolders") ?? false;
  const media = Object.entries(schools.establishments).flatMap(([id, { teachers }]) =>
    teachers.length > 0 && !folders
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
