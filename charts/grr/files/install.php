<?php
$root = '/var/www/html';
function fail($why) { fwrite(STDERR, "$why\n"); exit(1); }

// What it comes with is shown until somebody brings another logo.
foreach (['css', 'docresa', 'images/logos', 'images/ressources'] as $folder) {
  $to = "$root/personnalisation/data/$folder";
  if (!is_dir($to)) mkdir($to, 0750, true);
  foreach (glob("$root/personnalisation/$folder/*.{css,jpg,png}", GLOB_BRACE) as $file)
    if (!file_exists("$to/" . basename($file))) copy($file, "$to/" . basename($file));
}

chdir("$root/installation");
require '../personnalisation/connect.inc.php';
// A network policy takes a moment to reach every node.
mysqli_report(MYSQLI_REPORT_OFF);
for ($tries = 0; !($server = @mysqli_connect($dbHost, $dbUser, $dbPass, $dbDb, (int) $dbPort)); $tries++) {
  if ($tries === 60) fail('The database does not answer: ' . mysqli_connect_error());
  sleep(1);
}
mysqli_set_charset($server, 'utf8mb4');
require '../include/config.inc.php';
require '../include/misc.inc.php';

function setting($server, $name) {
  $found = mysqli_query($server, "SELECT VALUE FROM grr_setting WHERE NAME = '$name'");
  return $found ? mysqli_fetch_row($found)[0] ?? null : null;
}
function ask($server, $query) {
  if (!mysqli_query($server, $query)) fail('The database refuses: ' . mysqli_error($server));
}
function complete($server, $settings) {
  foreach ($settings as $name => $value) {
    if (setting($server, $name) !== null) continue;
    $quoted = mysqli_real_escape_string($server, (string) $value);
    ask($server, "INSERT INTO grr_setting (NAME, VALUE) VALUES ('$name', '$quoted')");
  }
}

// The version is among the settings, which are the last that an installation writes.
$had = setting($server, 'version');
if ($had === null) {
  $password = rtrim(file_get_contents('/run/secrets/admin/@admin.key@'), "\n");
  $mail = '@admin.mail@';
  $variables = array_map(fn($text) => mysqli_real_escape_string($server, $text), [
    'VariableInstal01' => '@title@',
    'VariableInstal02' => 'https://@host@/',
    'VariableInstal03' => $mail,
    'VariableInstal04' => $mail,
    'VariableInstal05' => password_hash($password, PASSWORD_DEFAULT),
    'VariableInstal06' => $mail,
    'VariableInstal07' => $version_grr,
  ]);
  // A statement a line; each table is taken away before it is made.
  foreach (file('tables.my.sql', FILE_IGNORE_NEW_LINES) as $line)
    if (trim($line) !== '') ask($server, strtr(trim($line), $variables));
} elseif ((int) $had > (int) $version_bdd) {
  fail("The tables are of a newer GRR ($had) than this one ($version_bdd): it cannot go back.");
} elseif ((int) $had < (int) $version_bdd) {
  // Its texts are found by how deep its page stands.
  $niveauDossier = 2;
  foreach (['securite.class', 'functions.inc', 'mysql.inc', 'settings.class', 'language.inc'] as $each)
    require_once "../include/$each.php";
  require_once './fonctions/maj.php';
  if (!Settings::load()) fail('Its settings cannot be read.');
  execute_maj4($had, $version_bdd);
  if (setting($server, 'version') !== $version_bdd) fail('The tables could not be brought up.');
}
// Releases until 4.6.3 have no such list.
complete($server, $liste_settings ?? []);
ask($server, "UPDATE grr_setting SET VALUE = 'https://@host@/' WHERE NAME = 'grr_url'");
