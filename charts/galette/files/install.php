<?php
$root = '/var/www/galette/';
foreach (['attachments', 'cache', 'documents', 'exports', 'files', 'imports', 'logs', 'photos', 'plugins', 'templates_c', 'tempimages'] as $folder) {
  if (!is_dir("{$root}data/$folder")) mkdir("{$root}data/$folder", 0750);
}
function secret($path) { return rtrim(file_get_contents("/run/secrets/$path"), "\n"); }
$at = ['host' => '@database.host@', 'port' => '@database.port@', 'name' => '@database.name@'];
$password = secret('database/@database.key@');

// A network policy takes a moment to reach every node.
for ($tries = 0; ; $tries++) {
  try {
    $server = new PDO("mysql:host={$at['host']};port={$at['port']};dbname={$at['name']};charset=utf8mb4", $at['name'], $password, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
    break;
  } catch (PDOException $error) {
    if ($tries === 60) {
      fwrite(STDERR, "The database does not answer: {$error->getMessage()}\n");
      exit(1);
    }
    sleep(1);
  }
}
function found($server, $query) {
  try {
    $row = $server->query($query)->fetch(PDO::FETCH_NUM);
    return $row === false ? null : $row[0];
  } catch (PDOException $error) {
    if ($error->getCode() === '42S02') return null;
    throw $error;
  }
}

// Models of documents are the last that an installation writes, and nobody can take them away.
$isThere = found($server, 'SELECT 1 FROM galette_pdfmodels LIMIT 1') !== null || found($server, 'SELECT 1 FROM galette_adherents LIMIT 1') !== null;
$had = found($server, 'SELECT version FROM galette_database LIMIT 1');
require_once "{$root}includes/sys_config/versions.inc.php";
if ($isThere && (float) $had === (float) GALETTE_DB_VERSION) exit(0);
if ($isThere && (float) $had > (float) GALETTE_DB_VERSION) {
  fwrite(STDERR, "Galette's tables are of a newer version ($had) than this one (" . GALETTE_DB_VERSION . "): it cannot go back.\n");
  exit(1);
}

chdir($root);
// Galette lets PHP show no errors: one that nobody caught would end this without a word. What was called may hold passwords.
set_exception_handler(function (Throwable $error) {
  fwrite(STDERR, "{$error->getMessage()} ({$error->getFile()}:{$error->getLine()})\n");
  exit(1);
});
define('GALETTE_ROOT', $root);
define('GALETTE_ENV', 'CLI');
define('GALETTE_INSTALLER', true);
$installer = true;
$logfile = 'galette_cli';
require_once "{$root}vendor/autoload.php";
require_once "{$root}includes/galette.inc.php";
// Debian's own folder of them is read-only here.
ini_set('session.save_path', '/tmp');
session_start();
$gapp = new \Galette\Core\SlimApp();
$app = $gapp->getApp();
require_once "{$root}includes/dependencies.php";

if (!$isThere) {
  $console = new \Galette\Console\GaletteApplication($root);
  $console->init();
  $console->setAutoExit(false);
  $failed = $console->run(new \Symfony\Component\Console\Input\ArrayInput([
    'command' => 'galette:install',
    '--dbtype' => 'mysql',
    '--dbhost' => $at['host'],
    '--dbport' => $at['port'],
    '--dbname' => $at['name'],
    '--dbuser' => $at['name'],
    '--dbpass' => $password,
    '--dbprefix' => 'galette_',
    '--admin' => '@admin.user@',
    '--password' => secret('admin/@admin.key@'),
    '--ignore-config' => true,
    '--no-interaction' => true,
  ]));
  if ($failed) exit($failed);
  // Accounts are made by the board: it would let strangers make theirs.
  $own = ['pref_nom' => '@title@', 'pref_lang' => 'fr_FR', 'pref_bool_selfsubscribe' => '0'];
  $set = $server->prepare('UPDATE galette_preferences SET val_pref = ? WHERE nom_pref = ?');
  foreach ($own as $name => $value) $set->execute([$value, $name]);
  exit(0);
}

$errors = [];
$install = new \Galette\Core\Install();
$install
  ->setMode(\Galette\Core\Install::UPDATE)
  ->setDbType('mysql', $errors)
  ->setDsn($at['host'], $at['port'], $at['name'], $at['name'], $password)
  ->setTablesPrefix('galette_');
$install->initDbConstants();
$zdb = new \Galette\Core\Db();
$install->setInstalledVersion($install->getCurrentVersion($zdb));
$i18n = new \Galette\Core\I18n();
exit($install->executeScripts($zdb) && $install->initObjects($i18n, $zdb, new \Galette\Core\Login($zdb, $i18n)) ? 0 : 1);
