import type { CopiedVolume } from "../../components/foundation/restore-point/contract.ts";
import { besideName, wholeMark } from "../../components/platform/database/exchange.ts";
import { pointsFolders, pointsSecrets } from "../../components/recovery/points/settings.ts";
import { toolkitTemplate } from "../../local/template.ts";

/** Folders before the root of a volume in its archive: `volumes/nextcloud/`. */
const steps = 2;

/** Folder of the scripts in the pod that takes data back. */
export const scriptsFolder = "/reprise";

/**
 * Folder for what was on a volume before, on the same volume. No service reads such a name, and no restore point has
 * it.
 */
export const asideFolder = ".restore-avant-reprise";

/**
 * Loads a dump from standard input into the empty database that was made beside the service's, counts each table, and
 * says that it is whole. `etat` says `absent` where its rows are in use already.
 */
export function rowsScript(): string {
  return toolkitTemplate("scripts/export/return/lignes.bash", {
    WORK: pointsFolders.work,
    SECRETS: pointsFolders.secrets,
    DATABASE_PASSWORD: pointsSecrets.databasePassword,
    BESIDE: besideName("$PGDATABASE", "$POINT"),
    SCRIPTS_FOLDER: scriptsFolder,
    WHOLE_MARK: wholeMark,
  });
}

/**
 * Unpacks an archive from standard input in the place of what a fresh service has made, which is kept aside on the same
 * volume, and counts what came. What points leave out stays. It can be cut, and run again.
 */
export function filesScript(volumes: readonly CopiedVolume[]): string {
  return toolkitTemplate("scripts/export/return/fichiers.bash", {
    VOLUMES: pointsFolders.volumes,
    OURS: `case "$volume" in\n${volumes.map(oursOf).join("\n")}\nesac`,
    ASIDE_FOLDER: asideFolder,
    STEPS: steps,
  });
}

/** Shell function that says which entries at the root of a volume are in points. */
function oursOf({ name, paths, excluded }: CopiedVolume): string {
  const [yes, no] = paths === undefined ? ["return 1", "return 0"] : ["return 0", "return 1"];
  const patterns = paths ?? [
    "lost+found",
    ".restore-*",
    ...excluded.filter((pattern) => !pattern.includes("/")),
  ];
  return `${quoted(name)}) du_point() { case "$1" in ${patterns.map(quoted).join("|")}) ${yes} ;; *) ${no} ;; esac; } ;;`;
}

/** A pattern for \`case\`: nothing but \`*\` stands for something else. */
function quoted(pattern: string): string {
  return pattern
    .split("*")
    .map((text) => (text === "" ? "" : `'${text.replaceAll("'", "'\\''")}'`))
    .join("*");
}
