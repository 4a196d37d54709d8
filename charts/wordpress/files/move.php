<?php
[, $old, $new] = $argv + ['', '', ''];
if (!preg_match('/^[a-z0-9.-]+$/', $old) || !preg_match('/^[a-z0-9.-]+$/', $new)) {
  fwrite(STDERR, "usage: move.php <old host> <new host>\n");
  exit(2);
}
$_SERVER['HTTP_HOST'] = $new;
$_SERVER['SERVER_NAME'] = $new;
require '/usr/src/wordpress/wp-load.php';

$pattern = '~(//|\\\\/\\\\/)' . preg_quote($old, '~') . '(?![a-z0-9.-]*[a-z0-9])~i';
function moved($value) {
  global $pattern, $new;
  if (is_string($value)) {
    $kept = is_serialized($value) ? @unserialize($value, ['allowed_classes' => [stdClass::class]]) : false;
    if ($kept !== false) return serialize(moved($kept));
    return preg_replace_callback($pattern, fn($found) => $found[1] . $new, $value);
  }
  if (is_array($value)) return array_map('moved', $value);
  if ($value instanceof stdClass) foreach ($value as $key => $each) $value->$key = moved($each);
  return $value;
}

$count = 0;
foreach ($wpdb->tables('all') as $table) {
  $key = $wpdb->get_row("SHOW KEYS FROM `$table` WHERE Key_name = 'PRIMARY'")->Column_name ?? null;
  if ($key === null) continue;
  foreach ($wpdb->get_results("SELECT * FROM `$table`", ARRAY_A) as $row) {
    // The guid of a post is what readers of feeds know it by: it stays.
    $after = array_map('moved', array_diff_key($row, ['guid' => 1]));
    $changed = array_filter($after, fn($value, $name) => $value !== $row[$name], ARRAY_FILTER_USE_BOTH);
    if (!$changed) continue;
    if ($wpdb->update($table, $changed, [$key => $row[$key]]) === false) exit(1);
    $count++;
  }
}
wp_cache_flush();
echo "$count rows\n";
