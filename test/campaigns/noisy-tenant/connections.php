<?php
// Takes every connection to the database server that it can get for some seconds: as its own user, and by opening
// connections on which nobody ever logs in. Says how many of each it had at most.
[, $server, $user, $seconds] = $argv;
mysqli_report(MYSQLI_REPORT_OFF);
$password = rtrim(file_get_contents('/run/secrets/database/password'), "\n");
$end = time() + (int) $seconds;
$had = $silent = $refused = $full = 0;
$users = $sockets = [];
while (time() < $end) {
  while (count($users) < 50) {
    $link = @mysqli_connect($server, $user, $password, $user);
    if (!$link) { $refused++; break; }
    $users[] = $link;
  }
  $had = max($had, count($users));
  while (count($sockets) < 1500) {
    $socket = @stream_socket_client("tcp://$server:3306", $code, $why, 2);
    if (!$socket) break;
    stream_set_timeout($socket, 2);
    // The server greets whom it lets in, and says what is wrong to whom it does not: the fifth byte is 0xff then.
    $greeting = fread($socket, 64);
    if (strlen((string) $greeting) < 5 || ord($greeting[4]) === 0xff) { $full++; fclose($socket); break; }
    $sockets[] = $socket;
  }
  $silent = max($silent, count($sockets));
  usleep(20000);
  // Those that the server has closed make room for others.
  foreach ($sockets as $key => $socket) {
    $read = [$socket]; $write = $except = [];
    if (stream_select($read, $write, $except, 0) > 0) { fclose($socket); unset($sockets[$key]); }
  }
}
echo "$had as its user, $silent on which nobody logs in; refused $refused and $full times";
