import type { AfterRestore } from "../../foundation/restore-point/contract.ts";
import { readTemplate, type TemplateValues } from "../../foundation/template/template.ts";
import { dataFolder, scriptsFolder } from "./configuration.ts";
import { patientOcc } from "./scripts.ts";

/** Name of the CronJob whose pods run its commands. */
export const cronName = "nextcloud-cron";

/** Paths of its code volume that are in its restore points. */
export const codePaths = ["version.php", "config", "custom_apps", "themes"] as const;

const SCRIPTS = scriptsFolder;
const CODE = codePaths.join(" | ");

/** A file of the folder pod/. */
const pod = (name: string, values?: TemplateValues) => readTemplate(`services/nextcloud/pod/${name}`, values);

const isEnabled = () => pod("is-enabled.sh");

const ownerOf = () => pod("owner-of.sh");

/** A shell script that has Nextcloud's commands, in a run of the background jobs' pod. */
const script = (text: string, ...words: readonly string[]) => ({
  cronJob: cronName,
  command: ["sh", "-euc", `cd /var/www/html\n${patientOcc()}${isEnabled()}${text}`, "sh", ...words],
});

/**
 * Clients look at the fingerprint once: a client that sees it while rows are not right yet deletes what it has all the
 * same, so it comes last, and before people return. Source: nextcloud/server#9604. From 33 on, rows of previews are in
 * a table of their own, which no scan reads; what scans the folder of previews wants it there. Source:
 * apps/files/lib/Command/ScanAppData.php.
 */
export const asTheFilesAre = (): AfterRestore => ({
  what: {
    en: "files and previews are listed as they are, and clients are told that something went back",
    fr: "fichiers et aperçus sont répertoriés tels qu’ils sont, et les applications des gens apprennent que quelque chose est revenu en arrière",
  },
  when: "before people return",
  ...script(
    pod("as-the-files-are.sh", {
      SCRIPTS,
      DATA: dataFolder,
      FORGET_PREVIEWS: pod("forget-previews.php", { SCRIPTS }),
    }),
  ),
});

/** Returns what is left to do where rows and objects are of one moment: nothing has to be listed anew. */
export const clientsAreTold = (): AfterRestore => ({
  what: {
    en: "clients are told that something went back",
    fr: "les applications des gens apprennent que quelque chose est revenu en arrière",
  },
  when: "before people return",
  ...script("patiently occ maintenance:data-fingerprint\n"),
});

/**
 * Rows that go back take their counters with them, and devices remember what they saw: one whose sync token is ahead asks
 * for changes that never come, and one that knows a file by a number that is given again takes the new file for it. So each
 * counter goes on from the clock, which no earlier one has reached, and all of a calendar and of an address book is said to
 * have changed. Source: apps/dav/lib/CalDAV/CalDavBackend.php, getChangesForCalendar and restoreChanges.
 */
export const pastAnyOld = (): AfterRestore => ({
  what: {
    en: "calendars and address books are said to have changed, and no number is given a second time",
    fr: "agendas et carnets d’adresses sont annoncés comme changés, et aucun numéro n’est donné une seconde fois",
  },
  when: "before people return",
  ...script(pod("past-any-old.sh", { PAST_ANY_OLD: pod("past-any-old.php", { SCRIPTS }) })),
});

/** `files:scan` says nothing of a path that nobody has, and ends with 0. */
export const somebodyHasIt = (): AfterRestore => ({
  what: { en: "somebody has what comes back", fr: "quelqu’un possède ce qui revient" },
  when: "while it serves",
  ...script(pod("somebody-has-it.sh", { OWNER_OF: ownerOf(), CODE }), "{path}"),
});

/** `files:scan` reads accounts' files alone. A path is an argument: a shell reads none of it. */
export const asThePathIs = (): AfterRestore => ({
  what: { en: "the list of files is as the files are", fr: "la liste des fichiers est comme les fichiers" },
  when: "while it serves",
  ...script(pod("as-the-path-is.sh", { OWNER_OF: ownerOf(), CODE }), "{path}"),
});
