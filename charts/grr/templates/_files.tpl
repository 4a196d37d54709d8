{{/* A text as PHP has it between single quotes. */}}
{{- define "grr.quoted" -}}
'{{ . | replace "\\" "\\\\" | replace "'" "\\'" }}'
{{- end }}

{{/* Where its rows are. Source: https://github.com/JeromeDevome/GRR/blob/master/installation/install_mysql.php (step 4) */}}
{{- define "grr.connect" -}}
<?php
$dbHost = {{ include "grr.quoted" .Values.database.host }};
$dbPort = {{ include "grr.quoted" (.Values.database.port | toString) }};
$dbDb = {{ include "grr.quoted" .Values.database.name }};
$dbUser = $dbDb;
$dbPass = rtrim(file_get_contents('/run/secrets/database/{{ .Values.database.key }}'), "\n");
$table_prefix = 'grr';
// One connection for each page: kept ones are more than the server gives an association.
$db_nopersist = 1;
{{ end }}

{{/*
What is declared, and cannot be changed in it: nobody outside is told of it or asked, nothing that is brought is run, and
pictures are on the volume. Source: https://github.com/JeromeDevome/GRR/blob/master/include/config.inc.php
*/}}
{{- define "grr.settings" -}}
<?php
$gcDossierImg = 'data/images';
$gcDossierCss = 'data/css';
$gcDossierDoc = 'data/docresa';
$gEnvoisStatGRR = $gEnvoisServeur = $gRecherche_MAJ = 0;
$forcer_MAJ = $upload_Module = $restaureBBD = 0;
// Copies are the commune's, and there is no mail.
$gWarningBackup = $gWarningDossierInstall = $gMaxMail = 0;
{{ end }}

{{- define "grr.server" -}}
error_page 418 = @sent;
# It is installed and upgraded before each start, and by nobody in a browser.
location ~ ^/(installation|include|vendor|src|build|lasso|outils|temp|langue)(/|$) { return 404; }
location ~ ^/personnalisation/data/(css|docresa|images)/.+\.(css|gif|jpe?g|png|webp|pdf|odt|ods)$ {
  {{- include "app.proxy" 8081 | nindent 2 }}
}
location ~ (^/personnalisation(/|$)|/\.|\.(ori|sql|json|lock|md|twig)$) { return 404; }
# A password may come in any form that is sent to its one program.
location ~ ^/app\.php(/|$) {
  if ($request_method = POST) { return 418; }
  {{- include "app.proxy" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
location @sent {
  limit_req zone=logins burst=10 nodelay;
  limit_req zone=visitors burst=100 nodelay;
  {{- include "app.proxy" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
location / {
  {{- include "app.proxy" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
{{- end }}

{{/* Three processes at most: each is a PHP of its own. */}}
{{- define "grr.apache" -}}
DocumentRoot /var/www/html
ServerName localhost
ServerTokens Prod
ServerSignature Off
TraceEnable Off
ErrorLog /dev/stderr
CustomLog /dev/null common
StartServers 1
MinSpareServers 1
MaxSpareServers 2
MaxRequestWorkers 3
MaxConnectionsPerChild 500
KeepAlive Off
# The front is this machine to Apache, which would tell each visitor what others ask for.
<Location /server-status>
  Require all denied
</Location>
# TLS ends before the front: without this it warns who administers it, and its own redirection to https never ends.
SetEnv HTTPS on

<Directory /var/www/html>
  Options -Indexes -MultiViews
  AllowOverride None
  Require all granted
  DirectoryIndex index.php
  php_admin_flag expose_php Off
  php_admin_flag display_errors Off
  # An error that ends a page is said in the pod's log, and none of what was called with: that may be a password.
  php_admin_flag log_errors On
  php_admin_flag zend.exception_ignore_args On
  # The first page of who administers it asks its authors for news, whatever its settings say.
  php_admin_flag allow_url_fopen Off
  # Debian's own is read-only here: a password would be taken, and nobody be in.
  php_admin_value session.save_path /tmp
  php_admin_flag session.cookie_secure On
  php_admin_flag session.cookie_httponly On
  php_admin_value memory_limit 128M
  php_admin_value upload_max_filesize 16M
  php_admin_value post_max_size 16M
</Directory>
# Documents of bookings are for who is in: GRR gives them names that can be reckoned from the time, and asks nobody.
AliasMatch ^/personnalisation/data/docresa/ /var/www/html/document.php
# What people bring is shown and never run.
<Directory /var/www/html/personnalisation/data>
  php_admin_flag engine Off
  <FilesMatch "\.(php\d?|phtml|phar|phps)$">
    Require all denied
  </FilesMatch>
</Directory>
{{ end }}

{{/* The document of a booking, for who is in. What is read before it is what app.php reads. */}}
{{- define "grr.document" -}}
<?php
$niveauDossier = 1;
require './vendor/autoload.php';
require './include/securite.class.php';
require './include/functions.inc.php';
require './personnalisation/connect.inc.php';
require './include/config.inc.php';
require './include/misc.inc.php';
require "./include/$dbsys.inc.php";
require './include/settings.class.php';
if (!Settings::load()) exit;
require './include/session.inc.php';
$types = ['gif' => 'image/gif', 'jpeg' => 'image/jpeg', 'jpg' => 'image/jpeg', 'pdf' => 'application/pdf', 'png' => 'image/png', 'webp' => 'image/webp'];
$name = basename(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
$file = "./personnalisation/$gcDossierDoc/$name";
$type = $types[pathinfo($name, PATHINFO_EXTENSION)] ?? null;
if (!grr_resumeSession() || $type === null || !is_file($file)) {
  http_response_code(404);
  exit;
}
header("Content-Type: $type");
header('Content-Length: ' . filesize($file));
readfile($file);
{{ end }}

{{/*
Before each start: its tables where there are none, or in the form of the image's version. These are the steps of its own pages
(installation/install_mysql.php, step 4, and installation/maj.php), which are not made to be called without a browser.
*/}}
{{- define "grr.install" -}}
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
  $password = rtrim(file_get_contents('/run/secrets/admin/{{ .Values.admin.key }}'), "\n");
  $mail = {{ include "grr.quoted" .Values.admin.mail }};
  $variables = array_map(fn($text) => mysqli_real_escape_string($server, $text), [
    'VariableInstal01' => {{ include "grr.quoted" .Values.title }},
    'VariableInstal02' => 'https://{{ .Values.host }}/',
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
ask($server, "UPDATE grr_setting SET VALUE = 'https://{{ .Values.host }}/' WHERE NAME = 'grr_url'");
{{ end }}

{{/* Pictures and documents; the rows are the database's own dump. What is there goes only when all that was kept could be read. */}}
{{- define "grr.restore" -}}
set -eu
cd /var/www/html/personnalisation/data
rm -rf .restored
mkdir .restored
tar -x -C .restored
rm -rf css docresa images
mv .restored/css .restored/docresa .restored/images .
rm -rf .restored
{{ end }}
