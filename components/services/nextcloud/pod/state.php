<?php
/** Key of the lock of whoever changes what all servers share: installs, upgrades, sets. Background jobs share it. */
const CHANGES = 7_261_001;
/** Key of the lock of the server that runs background jobs. */
const JOBS = 7_261_002;

/** Ends a connection whose other side is lost within a minute: until then nobody else gets its lock. */
function keptAlive(PDO $database): PDO
{
  foreach (['idle' => 20, 'interval' => 10, 'count' => 3] as $name => $value) $database->exec("SET tcp_keepalives_$name = $value");
  return $database;
}

/** @return array{tables: bool, version: ?string, begun: ?string, settings: ?string} */
function found(PDO $database): array
{
  $tables = $database->query("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'oc\\_%'")->fetchColumn() > 0;
  $isThere = $database->query("SELECT to_regclass('commune_state')")->fetchColumn() !== null;
  $noted = $isThere ? $database->query('SELECT name, value FROM commune_state')->fetchAll(PDO::FETCH_KEY_PAIR) : [];
  return ['tables' => $tables] + $noted + ['version' => null, 'begun' => null, 'settings' => null];
}

/** @param array<string, ?string> $values null for what is true no more */
function note(PDO $database, array $values): void
{
  $database->exec('CREATE TABLE IF NOT EXISTS commune_state (name text PRIMARY KEY, value text NOT NULL)');
  $database->beginTransaction();
  foreach ($values as $name => $value) {
    $database->prepare('DELETE FROM commune_state WHERE name = ?')->execute([$name]);
    if ($value !== null) $database->prepare('INSERT INTO commune_state VALUES (?, ?)')->execute([$name, $value]);
  }
  $database->commit();
}

/** Version of the code that the image has. */
function codeVersion(): string
{
  require '/usr/src/nextcloud/version.php';
  return implode('.', $OC_Version);
}
