<?php
require '__SCRIPTS__/state.php';

$database = keptAlive(require '__SCRIPTS__/database.php');
// One server has it as long as it runs; the others wait here.
$database->query('SELECT pg_advisory_lock(' . JOBS . ')');
while (true) {
  if ($database->query('SELECT pg_try_advisory_lock_shared(' . CHANGES . ')')->fetchColumn()) {
    if (found($database)['version'] === codeVersion()) {
      // Whoever changes what is shared waits for them: jobs that hang would hold up an update, and all later ones.
      passthru("timeout --kill-after=60 $argv[2] sh __SCRIPTS__/jobs.sh", $code);
      if ($code === 124 || $code === 137) echo "Background jobs were ended after $argv[2] s: the lines above say what they did last.\n";
    }
    $database->query('SELECT pg_advisory_unlock_shared(' . CHANGES . ')');
  } else {
    echo "An installation or an upgrade is under way: no background jobs now.\n";
  }
  sleep((int) $argv[1]);
}
