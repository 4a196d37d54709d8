<?php
$database = require '__SCRIPTS__/database.php';
$database->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$seconds = time() - strtotime('2026-01-01T00:00:00Z');
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
