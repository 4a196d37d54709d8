<?php
[, $old, $new] = $argv + ['', '', ''];
if (!preg_match('/^[a-z0-9.-]+$/', $old) || !preg_match('/^[a-z0-9.-]+$/', $new)) {
  fwrite(STDERR, "usage: move.php <old host> <new host>\n");
  exit(2);
}
chdir('/usr/share/spip');
require 'vendor/autoload.php';
require 'ecrire/inc_version.php';
foreach (['base/abstract_sql', 'inc/invalideur'] as $each) include_spip($each);

$pattern = '~//' . preg_quote($old, '~') . '(?![a-z0-9.-]*[a-z0-9])~i';
function moved($value) {
  global $pattern, $new;
  if (is_array($value)) return array_map('moved', $value);
  if (!is_string($value)) return $value;
  $kept = @unserialize($value, ['allowed_classes' => false]);
  if (is_array($kept)) return serialize(moved($kept));
  return preg_replace($pattern, "//$new", $value);
}

$count = 0;
foreach (sql_alltable('spip\_%') as $table) {
  $keys = array_map('trim', explode(',', sql_showtable($table)['key']['PRIMARY KEY'] ?? ''));
  if ($keys === ['']) continue;
  foreach (sql_allfetsel('*', $table) as $row) {
    $changed = array_filter(array_map('moved', $row), fn($value, $name) => $value !== $row[$name], ARRAY_FILTER_USE_BOTH);
    if (!$changed) continue;
    $where = array_map(fn($key) => "$key=" . sql_quote($row[$key]), $keys);
    if (sql_updateq($table, $changed, $where) === false) exit(1);
    $count++;
  }
}
purger_repertoire(_DIR_CACHE);
supprimer_fichier(_FILE_META);
echo "$count rows\n";
