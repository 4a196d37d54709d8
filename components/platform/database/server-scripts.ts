import type { PostgresqlMajor } from "../../foundation/image/catalogue.ts";
import { readTemplate, type TemplateValues } from "../../foundation/template/template.ts";
import { restoreFolders } from "./restore.ts";
import { restoreJobs } from "./sizing.ts";
import { superuserOptions } from "./superuser.ts";
import { ownTables } from "./tables.ts";

/** A script of an init container of a server: it runs the server of a folder on its socket, where everybody is the superuser. */
function serverScript(name: string, values: TemplateValues = {}): string {
  const SERVER = readTemplate("platform/database/pod/server.sh");
  return readTemplate(`platform/database/pod/${name}.sh`, { SERVER, ...values });
}

/**
 * Sets the superuser's password, which the image sets with its first files alone. A file beside the data says which
 * version was set last, so that later starts lose no time; a server without files yet gets the password from the image.
 */
export function superuserScript(): string {
  return serverScript("superuser");
}

/**
 * Puts what was restored in the place of what is there, which stays beside it, before the server starts. Two renames and
 * a mark: what the folder holds says how far it came, so that it can be cut at any point.
 */
export function takeRestoredScript(): string {
  return serverScript("take-restored", { BESIDE: restoreFolders.beside, MARKS: restoreFolders.marks });
}

/** The renames back. */
export function undoScript(): string {
  return serverScript("undo-restore", { MARKS: restoreFolders.marks });
}

/**
 * A major upgrade by dump and restore, in the pod of the server and before it starts: the old server has ended, so
 * nobody writes. What the folder of the volume holds says how far it came, so that it can be cut at any point:
 *
 * - `pgdata` of the old version: everything begins again, with a new dump.
 * - `pgdata` of the new version: done.
 * - no `pgdata`, but `pgdata.new` and the mark `upgrade/restored`: cut between the two renames.
 *
 * This one runs in the image of the old version, and does nothing when the data is not of that version.
 * Source: https://www.postgresql.org/docs/17/upgrading.html, 18.6.1.
 */
export function dumpScript(): string {
  return readTemplate("platform/database/pod/dump.sh", { CONTENTS: contents() });
}

/** Runs in the image of the new version: fills a server of its own, compares, and puts it in the old one's place. */
export function restoreScript(from: PostgresqlMajor): string {
  return readTemplate("platform/database/pod/restore.sh", {
    CONTENTS: contents(),
    FROM: from,
    JOBS: restoreJobs,
    PARTS: readTemplate("platform/database/pod/parts.awk").trimEnd(),
  });
}

/** Returns the query that both run on a database: the number of rows of each table, and the value of each sequence. */
function contents(): string {
  return serverScript("contents", { OWN_TABLES: ownTables, SUPERUSER_OPTIONS: superuserOptions });
}
