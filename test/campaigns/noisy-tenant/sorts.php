<?php
// Sorts and makes temporary tables on every connection that it may have, for some seconds: on half of them after lifting
// every limit of a session that it can, on the others within what a session begins with. Says how many statements ended how.
[, $server, $user, $seconds] = $argv;
mysqli_report(MYSQLI_REPORT_OFF);
$password = rtrim(file_get_contents('/run/secrets/database/password'), "\n");
$end = microtime(true) + (float) $seconds;
$wanted = [
  'sort_buffer_size' => 1 << 30, 'join_buffer_size' => 1 << 30, 'tmp_memory_table_size' => 1 << 30,
  'max_heap_table_size' => 1 << 30, 'max_tmp_session_space_usage' => 1 << 40, 'max_session_mem_used' => 1 << 40,
  'max_statement_time' => 0,
];
$statements = [
  "SELECT COUNT(*) FROM (SELECT DISTINCT MD5(seq), REPEAT('x', 255) FROM seq_1_to_3000000) AS many",
  "SELECT COUNT(*) FROM (SELECT MD5(seq) AS digest, REPEAT('x', 255) AS text, ROW_NUMBER() OVER (ORDER BY MD5(seq)) AS place FROM seq_1_to_1000000) AS many",
  "SELECT LENGTH(GROUP_CONCAT(digest ORDER BY digest DESC)) FROM (SELECT MD5(seq) AS digest FROM seq_1_to_2000000) AS many",
];
$ended = $lifted = [];
function open() {
  global $server, $user, $password, $wanted, $lifted;
  $link = @mysqli_connect($server, $user, $password, $user);
  if (!$link) return null;
  static $opened = 0;
  if ($opened++ % 2) return $link;
  foreach ($wanted as $name => $value) {
    $link->query("SET SESSION $name = $value");
    $row = $link->query("SELECT @@SESSION.$name");
    if ($row) $lifted[$name] = $row->fetch_row()[0];
  }
  return $link;
}
$links = [];
$number = 0;
while (microtime(true) < $end) {
  while (count($links) < 6 && ($link = open())) {
    if ($link->query($statements[$number++ % count($statements)], MYSQLI_ASYNC)) $links[] = $link;
  }
  if (!$links) { $ended['no connection'] = ($ended['no connection'] ?? 0) + 1; usleep(200000); continue; }
  $read = $error = $reject = $links;
  if (!mysqli_poll($read, $error, $reject, 0, 200000)) continue;
  foreach ($links as $key => $link) {
    if (!in_array($link, $read, true) && !in_array($link, $error, true) && !in_array($link, $reject, true)) continue;
    $result = @$link->reap_async_query();
    $how = $result ? 'done' : ($link->errno . ' ' . substr($link->error, 0, 60));
    if ($result instanceof mysqli_result) $result->free();
    $ended[$how] = ($ended[$how] ?? 0) + 1;
    if ($link->errno !== 0 || !$link->query($statements[$number++ % count($statements)], MYSQLI_ASYNC)) {
      @$link->close();
      unset($links[$key]);
    }
  }
}
echo json_encode($ended), '; its sessions have ', json_encode($lifted);
