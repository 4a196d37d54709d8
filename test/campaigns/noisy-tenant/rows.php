<?php
// Fills its own database on every connection that it may have, for some seconds, and says how much it wrote and how the rest
// ended. What it made is dropped at the end, which a full database allows too.
[, $server, $user, $seconds] = $argv;
mysqli_report(MYSQLI_REPORT_OFF);
$password = rtrim(file_get_contents('/run/secrets/database/password'), "\n");
$end = microtime(true) + (float) $seconds;
$row = "INSERT INTO noise (text) VALUES (REPEAT(HEX(RANDOM_BYTES(512)), 1024))";
$ended = [];
$links = [];
while (microtime(true) < $end) {
  while (count($links) < 6 && ($link = @mysqli_connect($server, $user, $password, $user))) {
    $link->query('CREATE TABLE IF NOT EXISTS noise (id INT AUTO_INCREMENT PRIMARY KEY, text LONGTEXT) STATS_AUTO_RECALC=0');
    if ($link->query($row, MYSQLI_ASYNC)) $links[] = $link;
  }
  if (!$links) { $ended['no connection'] = ($ended['no connection'] ?? 0) + 1; usleep(200000); continue; }
  $read = $error = $reject = $links;
  if (!mysqli_poll($read, $error, $reject, 0, 200000)) continue;
  foreach ($links as $key => $link) {
    if (!in_array($link, $read, true) && !in_array($link, $error, true) && !in_array($link, $reject, true)) continue;
    $how = @$link->reap_async_query() ? 'MiB written' : ($link->errno . ' ' . substr($link->error, 0, 30));
    $ended[$how] = ($ended[$how] ?? 0) + 1;
    if ($link->errno !== 0 || !$link->query($row, MYSQLI_ASYNC)) {
      @$link->close();
      unset($links[$key]);
      usleep(50000);
    }
  }
}
foreach ($links as $link) @$link->close();
$last = @mysqli_connect($server, $user, $password, $user);
$dropped = $last && $last->query('DROP TABLE IF EXISTS noise') ? 'dropped' : 'not dropped';
echo json_encode($ended), ", $dropped";
