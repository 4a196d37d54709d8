<?php
$database = require '__SCRIPTS__/database.php';
if ($argv[1] === 'exchanges') {
  $jobs = $database->query("SELECT id, class, argument FROM oc_jobs WHERE class LIKE 'OCA_Federation_BackgroundJob_%SharedSecret' ORDER BY id");
  foreach ($jobs as ['id' => $id, 'class' => $class, 'argument' => $argument]) {
    $failed = json_decode($argument, true)['attempt'] ?? 0;
    if (str_ends_with($class, 'GetSharedSecret') || $failed === 1 || $failed === 2) echo "$id ";
  }
  exit;
}
$queries = [
  'uncopied' => 'SELECT count(*) FROM oc_trusted_servers WHERE status <> 1',
  'new' => 'SELECT count(*) FROM oc_trusted_servers WHERE sync_token IS NULL',
  'exchanged' => 'SELECT count(shared_secret) + count(sync_token) FROM oc_trusted_servers',
];
echo $database->query($queries[$argv[1]])->fetchColumn();
