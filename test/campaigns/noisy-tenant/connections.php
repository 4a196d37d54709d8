<?php
// Takes every connection to the database server that it can get for some seconds: as its own user, and by opening
// connections on which nobody ever logs in. Says how many of each it had at most.
[, $server, $user, $seconds] = $argv;
mysqli_report(MYSQLI_REPORT_OFF);
$password = rtrim(file_get_contents('/run/secrets/database/password'), "\n");
$address = gethostbyname($server);
$end = microtime(true) + (float) $seconds;
$had = $silent = $opened = 0;
$users = $sockets = $greeted = [];
while (microtime(true) < $end) {
  if (count($users) < 50 && ($link = @mysqli_connect($server, $user, $password, $user))) $users[] = $link;
  $had = max($had, count($users));
  for ($new = 0; $new < 100 && count($sockets) < 600; $new++) {
    $flags = STREAM_CLIENT_CONNECT | STREAM_CLIENT_ASYNC_CONNECT;
    $socket = @stream_socket_client("tcp://$address:3306", $code, $why, 2, $flags);
    if (!$socket) break;
    stream_set_blocking($socket, false);
    $sockets[(int) $socket] = $socket;
    $opened++;
  }
  $read = $sockets;
  $write = $except = [];
  if ($sockets && stream_select($read, $write, $except, 0, 20000) > 0) {
    foreach ($read as $key => $socket) {
      // The server greets whom it lets in; its fifth byte is 0xff where it says what is wrong. One that it closed is at its end.
      $said = fread($socket, 128);
      if (strlen((string) $said) > 4 && ord($said[4]) !== 0xff) { $greeted[$key] = true; continue; }
      fclose($socket);
      unset($sockets[$key], $greeted[$key]);
    }
  }
  $silent = max($silent, count($greeted));
}
echo "$had as its user and $silent on which nobody logs in, of $opened that it opened";
