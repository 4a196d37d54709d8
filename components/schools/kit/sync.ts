import { readTemplate } from "../../foundation/template/template.ts";
/** Folder in which a workstation keeps the shared library. */
export const stateFolder = "/var/lib/commune-school";

/** Folder of what the kit was built with. */
export const kitFolder = "/usr/share/commune-school";

/**
 * Brings the shared library to what is published, on the workstation: asks for one list per shelf, which costs
 * nothing when it has not changed, then fetches the files that it does not have, each under its checksum. What an
 * interruption left is gone on with, within a file too. Files that are no longer published are removed.
 */
export function syncScript(): string {
  return readTemplate("schools/kit/school/sync.sh", { STATE: stateFolder, KIT: kitFolder });
}
