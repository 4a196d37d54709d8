<?php
for ($tries = 0; ; $tries++) {
  try {
    $database = require '__SCRIPTS__/database.php';
    break;
  } catch (PDOException $error) {
    // A network opening takes a moment to reach a new pod.
    if ($tries === 60) {
      fwrite(STDERR, "The database does not answer: {$error->getMessage()}. It is asked again by itself.\n");
      exit(1);
    }
    sleep(1);
  }
}
$names = $database->query("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'oc\\_%'")->fetchAll(PDO::FETCH_COLUMN);
if ($names === []) exit(0);
$has = fn (string $table, string $where) => in_array($table, $names, true) && $database->query("SELECT count(*) FROM $table WHERE $where")->fetchColumn() > 0;
if ($argv[1] === 'none' || $has('oc_users', "uid <> 'admin'") || $has('oc_preferences', "configkey = 'lastLogin'")) {
  fwrite(STDERR, "The database holds the tables of a Nextcloud, and the volume has no configuration to it: nothing is installed over them. Restore config/ on the volume from a backup of the same moment, or remove the tables if nobody needs them (docs/nextcloud.md, \"An installation that does not end\").\n");
  exit(1);
}
$quoted = array_map(fn (string $name) => '"' . str_replace('"', '""', $name) . '"', $names);
$database->exec('DROP TABLE ' . implode(', ', $quoted) . ' CASCADE');
