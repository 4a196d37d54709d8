import type { AfterRestore } from "../../foundation/restore-point/contract.ts";
import { dataFolder, scriptsFolder } from "./configuration.ts";
import { isEnabled, reachDatabase } from "./scripts.ts";

/** What of its code volume is in its restore points. */
export const codePaths = ["version.php", "config", "custom_apps", "themes"] as const;

/** The settings of this site again: those that came with the files name the server of the site that they are of. */
const ownSettings = `cat ${scriptsFolder}/zz-commune.config.php > config/zz-commune.config.php\n`;

/** A shell script that has Nextcloud's commands, in a run of the background jobs' pod. */
const script = (text: string, ...words: readonly string[]) => ({
  cronJob: "nextcloud-cron",
  command: ["sh", "-euc", `cd /var/www/html\n${reachDatabase}${isEnabled}${text}`, "sh", ...words],
});

/** A PHP script with the database, as a line of a shell script. */
const php = (text: string) => `php <<'EOF'
<?php
$database = require '${scriptsFolder}/database.php';
$database->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
${text}EOF
`;

/**
 * Clients look at the fingerprint once: whoever sees it beside rows that are not right yet deletes what it has all the same,
 * so that it comes last, and nobody is there before. Source: nextcloud/server#9604. From 33 on, rows of previews are in a
 * table of their own, which no scan reads; what scans the folder of previews wants it there. Source:
 * apps/files/lib/Command/ScanAppData.php.
 */
export const asTheFilesAre: AfterRestore = {
  what: "files and previews are listed as they are, and clients are told that something went back",
  when: "before people return",
  ...script(`${ownSettings}php occ files:scan --all
if isEnabled groupfolders; then php occ groupfolders:scan --all; fi
for folder in ${dataFolder}/appdata_*; do mkdir -p "$folder/preview"; done
${php(`if ($database->query("SELECT to_regclass('oc_previews')")->fetchColumn() !== null) {
  $database->exec('DELETE FROM oc_previews');
}
`)}php occ files:scan-app-data
php occ maintenance:data-fingerprint
`),
};

/**
 * Rows that go back take their counters with them, and devices remember what they saw: one whose sync token is ahead asks
 * for changes that never come, and one that knows a file by a number that is given again takes the new file for it. So each
 * counter goes on from the clock, which no earlier one has reached, and all of a calendar and of an address book is said to
 * have changed. Source: apps/dav/lib/CalDAV/CalDavBackend.php, getChangesForCalendar and restoreChanges.
 */
export const pastAnyOld: AfterRestore = {
  what: "calendars and address books are said to have changed, and no number is given a second time",
  when: "before people return",
  ...script(
    php(`$seconds = time() - strtotime('2026-01-01T00:00:00Z');
$calendars = ['calendarchanges', 'calendarid', 'calendarobjects'];
$collections = [
  ['calendars', ...$calendars, 0],
  ['calendarsubscriptions', ...$calendars, 1],
  ['addressbooks', 'addressbookchanges', 'addressbookid', 'cards', null],
];
$database->beginTransaction();
foreach ($collections as [$table, $changes, $of, $objects, $type]) {
  $isCalendar = $type !== null;
  // What is in the bin of a calendar has another name there.
  [$uri, $operation] = $isCalendar
    ? ["replace(each.uri, '-deleted.ics', '.ics')", 'CASE WHEN each.deleted_at IS NULL THEN 2 ELSE 3 END']
    : ['each.uri', '2'];
  $database->exec("UPDATE oc_$table SET synctoken = greatest(synctoken, $seconds)");
  $database->exec(
    "INSERT INTO oc_$changes (uri, synctoken, $of, operation, created_at" . ($isCalendar ? ', calendartype' : '') . ")
     SELECT $uri, whole.synctoken, whole.id, $operation, extract(epoch FROM now())::int" . ($isCalendar ? ", $type" : '') . "
       FROM oc_$table whole
       JOIN oc_$objects each ON each.$of = whole.id" . ($isCalendar ? " AND each.calendartype = $type" : ''),
  );
  $database->exec("UPDATE oc_$table SET synctoken = synctoken + 1");
}
$counters = $database->query(
  "SELECT coalesce(pg_get_serial_sequence(quote_ident(table_name), column_name),
                   substring(column_default FROM '''(.*)''::regclass')) AS counter, data_type
     FROM information_schema.columns
    WHERE table_schema = current_schema() AND data_type IN ('integer', 'bigint')
      AND (is_identity = 'YES' OR column_default LIKE 'nextval(%')",
);
foreach ($counters->fetchAll(PDO::FETCH_ASSOC) as ['counter' => $counter, 'data_type' => $type]) {
  // Files, and what is said of them, are made faster than one a second.
  $past = $type === 'bigint' ? 10 * $seconds : $seconds;
  $database->exec("SELECT setval('$counter', greatest(last_value + 1000000, $past)) FROM $counter");
}
$database->commit();
`),
  ),
};

/** Sets `owner` to whose a path is, and \`folder\` to the number of a group's. */
const ownerOf = `owner=\${1%%/*} folder=
if [ "$owner" = __groupfolders ]; then folder=\${1#*/} folder=\${folder%%/*}; fi
case $folder in *[!0-9]*) folder=all ;; esac
`;

const code = codePaths.join(" | ");

/** `files:scan` says nothing of a path that nobody has, and ends with 0. */
export const somebodyHasIt: AfterRestore = {
  what: "somebody has what comes back",
  when: "while it serves",
  ...script(
    `${ownerOf}refuse() {
  echo "Nextcloud has no $1, and nobody would see $2. Nothing was changed." >&2
  exit 1
}
case $owner in
  ${code} | appdata_*) ;;
  __groupfolders)
    isEnabled groupfolders || refuse 'group folders' "$1"
    [ "$folder" = all ] || php occ groupfolders:list --output=json | tail -n 1 | php -r '
      foreach (json_decode(stream_get_contents(STDIN), true) ?: [] as $each)
        if ((string) $each["id"] === $argv[1]) exit(0);
      exit(1);' "$folder" || refuse "group folder $folder" "$1"
    ;;
  *) php occ user:info "$owner" > /dev/null || refuse "account $owner" "$1" ;;
esac
`,
    "{path}",
  ),
};

/** `files:scan` reads accounts' files alone. A path is an argument: a shell reads none of it. */
export const asThePathIs: AfterRestore = {
  what: "the list of files is as the files are",
  when: "while it serves",
  ...script(
    `${ownerOf}case $owner in
  ${code}) ;;
  appdata_*) php occ files:scan-app-data ;;
  __groupfolders)
    if [ "$folder" = all ]; then php occ groupfolders:scan --all; else php occ groupfolders:scan "$folder"; fi
    ;;
  *) php occ files:scan --path="/$1" ;;
esac
`,
    "{path}",
  ),
};
