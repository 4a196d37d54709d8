{{/* A text as PHP has it between single quotes. */}}
{{- define "galette.quoted" -}}
'{{ . | replace "\\" "\\\\" | replace "'" "\\'" }}'
{{- end }}

{{/*
What is declared of it: where its rows are, and that TLS ends before the front.
Source: https://github.com/galette/galette/blob/develop/galette/lib/Galette/Core/Install.php (getConfigFileContents)
*/}}
{{- define "galette.settings" -}}
<?php
define('TYPE_DB', 'mysql');
define('HOST_DB', {{ include "galette.quoted" .Values.database.host }});
define('PORT_DB', {{ include "galette.quoted" (.Values.database.port | toString) }});
define('NAME_DB', {{ include "galette.quoted" .Values.database.name }});
define('USER_DB', NAME_DB);
define('PWD_DB', rtrim(file_get_contents('/run/secrets/database/{{ .Values.database.key }}'), "\n"));
define('PREFIX_DB', 'galette_');

if (PHP_SAPI !== 'cli') {
  // Its own address, which letters have, is made of these two (Preferences.php).
  $_SERVER['HTTPS'] = 'on';
  $_SERVER['HTTP_HOST'] = '{{ .Values.host }}';
  $_SERVER['REMOTE_ADDR'] = $_SERVER['HTTP_X_REAL_IP'] ?? '127.0.0.1';
}
{{ end }}

{{/*
Nobody is told its version. Its pages say the second of these all the same, and none of them answers where it is not defined.
Source: https://github.com/galette/galette/blob/develop/galette/templates/default/elements/footer.html.twig
*/}}
{{- define "galette.behavior" -}}
<?php
define('GALETTE_HIDE_VERSION', true);
define('GALETTE_DISPLAY_VERSION', '');
{{ end }}

{{/* Nobody outside is told of it or asked. Read before all else (includes/sys_config/paths.inc.php). */}}
{{- define "galette.paths" -}}
<?php
define('GALETTE_TELEMETRY_URI', 'http://127.0.0.1:9/');
// Each page asks it for a newer version, and writes an error into its log where nothing answers: the front answers.
define('GALETTE_DOWNLOADS_URI', 'http://127.0.0.1:8080/no-newer-version');
{{ end }}

{{- define "galette.server" -}}
# It is installed and upgraded before each start, and by nobody in a browser.
location ~ ^/(installer|compat_test)\.php { return 404; }
location = /no-newer-version {
  default_type text/html;
  return 200 'href="galette-0.1.tar.bz2"';
}
location = /login {
  limit_req zone=logins burst=10 nodelay;
  {{- include "app.proxy" 8081 | nindent 2 }}
}
location / {
  {{- include "app.proxy" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
{{- end }}

{{/*
Of the folder that upstream's own host serves. Two processes at most: each page opens two connections, and the server gives an
association six, of which those that were just closed count for a moment.
*/}}
{{- define "galette.apache" -}}
DocumentRoot /var/www/galette/webroot
ServerName localhost
ServerTokens Prod
ServerSignature Off
TraceEnable Off
ErrorLog /dev/stderr
CustomLog /dev/null common
StartServers 1
MinSpareServers 1
MaxSpareServers 2
MaxRequestWorkers 2
MaxConnectionsPerChild 500
KeepAlive Off
# The front is this machine to Apache, which would tell each visitor what others ask for.
<Location /server-status>
  Require all denied
</Location>

<Directory /var/www/galette/webroot>
  Options -Indexes -MultiViews
  AllowOverride None
  Require all granted
  DirectoryIndex index.php
  FallbackResource /index.php
  php_admin_flag expose_php Off
  php_admin_flag display_errors Off
  # An error that ends a page is said in the pod's log, and none of what was called with: that may be a password.
  php_admin_flag log_errors On
  php_admin_flag zend.exception_ignore_args On
  # The first page of who administers it asks its authors for news, whatever its settings say.
  php_admin_flag allow_url_fopen Off
  # Debian's own is read-only here.
  php_admin_value session.save_path /tmp
  php_admin_flag session.cookie_secure On
  php_admin_flag session.cookie_httponly On
  php_admin_value memory_limit 128M
  php_admin_value upload_max_filesize 16M
  php_admin_value post_max_size 16M
</Directory>
{{ end }}

{{/*
Before each start: Galette where there is none, or its tables in the form of the image's version. These are the steps of its
own console and of its installer's pages, without passwords among the arguments of a process.
Source: https://github.com/galette/galette/blob/develop/galette/lib/Galette/Console/Command/Install.php and Core/Install.php
*/}}
{{- define "galette.install" -}}
<?php
$root = '/var/www/galette/';
foreach (['attachments', 'cache', 'documents', 'exports', 'files', 'imports', 'logs', 'photos', 'plugins', 'templates_c', 'tempimages'] as $folder) {
  if (!is_dir("{$root}data/$folder")) mkdir("{$root}data/$folder", 0750);
}
function secret($path) { return rtrim(file_get_contents("/run/secrets/$path"), "\n"); }
$at = ['host' => {{ include "galette.quoted" .Values.database.host }}, 'port' => {{ include "galette.quoted" (.Values.database.port | toString) }}, 'name' => {{ include "galette.quoted" .Values.database.name }}];
$password = secret('database/{{ .Values.database.key }}');

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
    '--admin' => {{ include "galette.quoted" .Values.admin.user }},
    '--password' => secret('admin/{{ .Values.admin.key }}'),
    '--ignore-config' => true,
    '--no-interaction' => true,
  ]));
  if ($failed) exit($failed);
  // Accounts are made by the board: it would let strangers make theirs.
  $own = ['pref_nom' => {{ include "galette.quoted" .Values.title }}, 'pref_lang' => 'fr_FR', 'pref_bool_selfsubscribe' => '0'];
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
{{ end }}

{{/* Photographs and documents; the rows are the database's own dump. What is there goes only when all that was kept could be read. */}}
{{- define "galette.restore" -}}
set -eu
cd /var/www/galette/data
rm -rf .restored
mkdir .restored
tar -x -C .restored
rm -rf attachments documents files photos
mv .restored/attachments .restored/documents .restored/files .restored/photos .
rm -rf .restored
{{ end }}
