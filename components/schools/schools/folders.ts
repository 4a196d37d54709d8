import type * as z from "zod";
import type { Size } from "../../foundation/declaration/size.ts";
import type { schoolsSection } from "./declaration.ts";

/**
 * Returns the name of a school's folder, in the service that keeps documents and on its workstations: a slash would be
 * a folder in a folder.
 */
export function mediaFolder(school: string): string {
  return `Médias ${school.replaceAll("/", "-").replaceAll("..", ".")}`;
}

/** A folder that the groups of a school share. */
export interface SchoolFolder {
  id: string;
  name: string;
  space: Size;
  writers: readonly string[];
  readers: readonly string[];
}

/** The folder Médias of each school that has a group. */
export function schoolFolders(schools: z.output<typeof schoolsSection> | undefined): SchoolFolder[] {
  return Object.entries(schools?.establishments ?? {}).flatMap(([id, school]) =>
    school.teachers.length + school.readers.length === 0
      ? []
      : [
          {
            id: `school-${id}`,
            name: mediaFolder(school.name),
            space: school.mediaQuota,
            writers: school.teachers,
            readers: school.readers,
          },
        ],
  );
}
