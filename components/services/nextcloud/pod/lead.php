<?php
require '__SCRIPTS__/state.php';
require '__SCRIPTS__/next-step.php';

/** Says it and ends, so that the pod is tried again. */
function stop(string $why): never
{
  fwrite(STDERR, "$why\n");
  exit(1);
}

$database = keptAlive(require '__SCRIPTS__/database.php');
$settings = trim(file_get_contents('__SCRIPTS__/settings'));
$code = codeVersion();
[$step, $why] = nextStep(found($database), $code, $settings);
if ($step === 'serve') exit(0);
if ($argv[1] === 'follow') {
  if ($step === 'settle') exit(0);
  stop($why ?: 'Nextcloud is not installed or upgraded yet: this waits for a server that does it.');
}

// Waits until nobody else changes anything, and until background jobs have ended.
$database->query('SELECT pg_advisory_lock(' . CHANGES . ')');
while (true) {
  $found = found($database);
  [$step, $why] = nextStep($found, $code, $settings);
  if ($step === 'serve') exit(0);
  if ($step === 'refuse') stop($why);
  if ($step === 'install' && $found['begun'] === null) {
    // Numbers begin at 1 again, and would be those of files that are there.
    passthru('php __SCRIPTS__/archives.php new', $isUsed);
    if ($isUsed !== 0) exit($isUsed);
    note($database, ['begun' => $step]);
  }
  passthru('sh __SCRIPTS__/step.sh ' . escapeshellarg($step) . ' ' . escapeshellarg($found['version'] ?? ''), $failed);
  if ($failed !== 0) exit($failed);
  if ($step === 'install' || $step === 'upgrade') note($database, ['version' => $code, 'begun' => null]);
  if ($step === 'settle') note($database, ['settings' => $settings]);
}
