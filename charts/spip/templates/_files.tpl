{{/* A text as PHP has it between single quotes. */}}
{{- define "spip.quoted" -}}
'{{ . | replace "\\" "\\\\" | replace "'" "\\'" }}'
{{- end }}

{{/* Where its database is. Source: ecrire/inc/install.php, install_connexion */}}
{{- define "spip.connect" -}}
<?php
if (!defined('_ECRIRE_INC_VERSION')) exit;
defined('_MYSQL_SET_SQL_MODE') || define('_MYSQL_SET_SQL_MODE', true);
$GLOBALS['spip_connect_version'] = 0.8;
(function ($name, $server) {
  [$host, $port] = explode(':', $server . ':3306');
  $password = rtrim(file_get_contents('/run/secrets/database/{{ .Values.database.key }}'), "\n");
  spip_connect_db($host, $port, $name, $password, $name, 'mysql', 'spip', '', 'utf8mb4');
})({{ include "spip.quoted" .Values.database.name }}, {{ include "spip.quoted" .Values.database.host }});
{{ end }}

{{/* Read before everything else: what is declared, and who may read. */}}
{{- define "spip.options" -}}
<?php
if (!defined('_ECRIRE_INC_VERSION')) exit;

// Keys without which no password is right: with what is kept, and not with the code.
define('_DIR_ETC', '/var/lib/spip/config/');
define('_SPIP_CHMOD', 0770);
// Passwords come by its form alone, where tries are counted; versions and addresses of people are no one's business.
$GLOBALS['ignore_auth_http'] = true;
$GLOBALS['spip_header_silencieux'] = true;
$GLOBALS['ip'] = substr(md5($GLOBALS['ip'] ?? ''), 0, 16);
// Its own address leads nowhere from within: a visitor's browser asks for the timed tasks, here and at nobody else's.
define('_HTML_BG_CRON_FORCE', true);
define('_INTERDIRE_AUTEUR_MEME_EMAIL', true);
// A larger picture is shown as it is: to make it small takes four bytes for each of these.
define('_IMG_GD_MAX_PIXELS', 16000000);
{{- if .Values.login.check }}
// No password of an account here opens anything, and no session without its person.
$GLOBALS['liste_des_authentifications'] = [];
if (($_SERVER['HTTP_AUTH_USER'] ?? '') === '') unset($_COOKIE['spip_session']);
{{ include "spip.person" . }}
{{- end }}

spip_initialisation_core(
  _DIR_RACINE . _NOM_PERMANENTS_INACCESSIBLES,
  _DIR_RACINE . _NOM_PERMANENTS_ACCESSIBLES,
  _DIR_RACINE . _NOM_TEMPORAIRES_INACCESSIBLES,
  _DIR_RACINE . _NOM_TEMPORAIRES_ACCESSIBLES
);
// Nothing outside can be reached; asked through a door that is shut, SPIP knows at once.
$GLOBALS['meta']['http_proxy'] = 'http://127.0.0.1:9';

function commune_may_read() {
  $status = $GLOBALS['visiteur_session']['statut'] ?? '';
  {{- if eq .Values.access "public" }}
  return true;
  {{- else if .Values.login.check }}
  return commune_told('USER') !== ''{{ if eq .Values.access "admins" }} && commune_told('ROLE') === 'admins'{{ end }};
  {{- else if eq .Values.access "members" }}
  return in_array($status, ['0minirezo', '1comite', '6forum'], true);
  {{- else }}
  return $status === '0minirezo';
  {{- end }}
}

/** What everybody may ask for: the form of the log-in, as it is, and the two actions around it. */
function commune_is_open() {
  if (!in_array(parse_url($_SERVER['REQUEST_URI'] ?? '', PHP_URL_PATH), ['/', '/spip.php'], true)) return false;
  $action = _request('action');
  if ($action !== null) return in_array($action, ['cookie', 'logout', 'cron', 'converser'], true);
  return ($_GET['page'] ?? '') === 'login'
    && !array_diff(array_keys($_GET), ['page', 'url', 'lang', 'var_login', 'var_erreur', 'var_echec_cookie', 't'])
    && in_array($_POST['formulaire_action'] ?? 'login', ['login'], true);
}

if (PHP_SAPI !== 'cli') {
  if (isset($_GET['commune-health'])) exit('ok');
  {{- if .Values.login.check }}
  if (commune_told('USER') !== '') {
    commune_person();
    if (($_GET['page'] ?? '') === 'login') commune_go(is_string($_GET['url'] ?? 0) && $_GET['url'] !== '' ? $_GET['url'] : 'ecrire/');
  }
  {{- end }}
  // A stranger's form is sent, and never asked for: the front counts what is sent.
  if (isset($_GET['formulaire_action']) && empty($GLOBALS['visiteur_session']['id_auteur'])) {
    http_response_code(400);
    exit;
  }
  if (isset($_GET['commune-reader'])) {
    http_response_code(commune_may_read() ? 204 : 403);
    exit;
  }
  if (!commune_may_read() && !commune_is_open()) {
    if (empty($GLOBALS['visiteur_session']['statut'])) {
      header('Location: /spip.php?page=login&url=' . rawurlencode($_SERVER['REQUEST_URI']), true, 302);
      exit;
    }
    http_response_code(403);
    header('Content-Type: text/html; charset=utf-8');
    exit('<!doctype html><html lang="fr"><meta name="viewport" content="width=device-width"><title>Accès réservé</title>'
      . '<h1>Accès réservé</h1><p>Ce site est réservé à d’autres comptes que le vôtre.</p>'
      . '<p><a href="/spip.php?action=logout&amp;logout=public&amp;url=%2F">Se déconnecter</a></p></html>');
  }
}
{{ end }}

{{/* Before each start. What was computed goes: another version, another name or other rows may be behind it. */}}
{{- define "spip.installation" -}}
set -eu
cd /var/lib/spip
mkdir -p IMG config local tmp
rm -rf tmp/cache tmp/meta_cache.php tmp/*.out local/cache-css local/cache-js
php /config/install.php tables
php /config/install.php plugins
{{ end }}

{{/*
The site where there is none yet, or its tables in the form of the image's version, by SPIP's own functions: what its
installation in a browser calls, in the same order. Source: ecrire/install/etape_3.php, etape_3b.php, etape_4.php
*/}}
{{- define "spip.install" -}}
<?php
$isDone = false;
// SPIP ends with 0 where it cannot go on.
register_shutdown_function(function () { global $isDone; if (!$isDone) exit(1); });
function fail($why) { fwrite(STDERR, "$why\n"); exit(1); }

// A network policy takes a moment to reach every node.
mysqli_report(MYSQLI_REPORT_OFF);
$name = {{ include "spip.quoted" .Values.database.name }};
$password = rtrim(file_get_contents('/run/secrets/database/{{ .Values.database.key }}'), "\n");
[$host, $port] = explode(':', {{ include "spip.quoted" .Values.database.host }} . ':3306');
for ($tries = 0; !@mysqli_connect($host, $name, $password, $name, (int) $port); $tries++) {
  if ($tries === 60) fail('The database does not answer: ' . mysqli_connect_error());
  sleep(1);
}

// Of tables that are not there yet it warns a hundred times.
set_error_handler(fn() => true, E_WARNING);
// It would begin anew after twenty seconds, in a browser.
define('_UPGRADE_TIME_OUT', 3600);
chdir('/usr/share/spip');
require 'vendor/autoload.php';
require 'ecrire/inc_version.php';
foreach ([
  'base/create', 'base/upgrade', 'base/abstract_sql', 'auth/spip',
  'inc/acces', 'inc/config', 'inc/meta', 'inc/plugin', 'inc/texte',
] as $each) include_spip($each);

function commune_tables() {
  $login = {{ include "spip.quoted" .Values.admin.user }};
  $had = $GLOBALS['meta']['version_installee'] ?? '';
  $ours = $GLOBALS['spip_version_base'];
  if ($had > $ours) fail("The site's tables are of a newer SPIP ($had) than this one ($ours): it cannot go back.");
  // It is there when its first account has a password, and not when its tables are.
  $isThere = $had && sql_countsel('spip_auteurs', "pass!=''");
  if ($isThere && $had != $ours) {
    $upgrade = charger_fonction('upgrade', 'base');
    // It writes a page for a browser.
    ob_start(fn() => '');
    $upgrade('upgrade');
    ob_end_clean();
    if ($GLOBALS['meta']['version_installee'] != $ours) fail('The tables could not be brought up.');
  }
  if (!$isThere) {
    // It asks MariaDB for a "utf8", which is there no more under that name.
    $charset = $GLOBALS['meta']['charset_sql_base'] = 'utf8mb4';
    creer_base();
    foreach ([
      'charset_sql_base' => $charset,
      'charset_sql_connexion' => $charset,
      'version_installee' => $ours,
      'langue_site' => 'fr',
    ] as $each => $value) ecrire_meta($each, $value, 'non');
    $email = {{ include "spip.quoted" .Values.admin.mail }};
    $account = ['nom' => 'Le bureau', 'login' => $login, 'email' => $email, 'statut' => '0minirezo', 'webmestre' => 'oui'];
    $id = sql_getfetsel('id_auteur', 'spip_auteurs', 'login=' . sql_quote($login)) ?: sql_insertq('spip_auteurs', $account);
    $first = rtrim(file_get_contents('/run/secrets/admin/{{ .Values.admin.key }}'), "\n");
    // Comments are spam where nobody looks after them, addresses are names, and pictures are made small; whoever administers
    // it may say otherwise.
    $formats = 'gif,jpg,png,webp';
    foreach ([
      'email_webmaster' => $email,
      'forums_publics' => 'non',
      'type_urls' => 'propres',
      'timezone' => 'Europe/Paris',
      'image_process' => 'gd2',
      'gd_formats' => $formats,
      'gd_formats_read' => $formats,
      'formats_graphiques' => $formats,
      'creer_preview' => 'oui',
    ] as $each => $value) ecrire_meta($each, $value);
    if (!auth_spip_modifier_pass($login, $first, $id)) fail('The account of who administers the site cannot be made.');
  }
  // What sessions are named after: SPIP makes it when somebody asks for its private part, and who logs in elsewhere came first.
  if (!isset($GLOBALS['meta']['date_alea_ephemere'])) renouvelle_alea();
  ecrire_meta('adresse_site', 'https://{{ .Values.host }}');
  ecrire_meta('nom_site', {{ include "spip.quoted" .Values.title }});
  $config = charger_fonction('config', 'inc');
  $config();
}

function commune_plugins() {
  actualise_plugins_actifs();
  ob_start();
  plugin_installes_meta();
  $said = ob_get_clean();
  if (str_contains($said, '/!\\')) fail("An extension could not be brought up: $said");
}

/** A first section with a first article: an empty SPIP shows nothing, and no article is written without a section. */
function commune_welcome() {
  if (isset($GLOBALS['meta']['commune_installe'])) return;
  $GLOBALS['visiteur_session'] = sql_fetsel('*', 'spip_auteurs', "webmestre='oui'", '', 'id_auteur');
  foreach (['action/editer_rubrique', 'action/editer_article', 'inc/autoriser'] as $each) include_spip($each);
  if (!sql_countsel('spip_rubriques')) {
    $section = rubrique_inserer(0, ['titre' => 'Actualités']);
    autoriser_exception('publierdans', 'rubrique', $section);
    $article = article_inserer($section);
    article_modifier($article, [
      'titre' => 'Bienvenue',
      'texte' => "Ce site vient d’être ouvert.\n\nPour écrire : [l’espace privé->ecrire/]. Cet article peut être modifié ou supprimé.",
      'statut' => 'publie',
    ]);
  }
  ecrire_meta('commune_installe', '1', 'non');
}

if (($argv[1] ?? '') === 'tables') {
  commune_tables();
} else {
  commune_plugins();
  commune_welcome();
}
$isDone = true;
{{ end }}

{{/* Pictures, documents and keys; the rows are the database's own dump. What is there goes only when all that was kept could be read. */}}
{{- define "spip.restore" -}}
set -eu
cd /var/lib/spip
rm -rf .restored
mkdir .restored
tar -x -C .restored
rm -rf IMG config tmp/cache tmp/meta_cache.php
mv .restored/IMG .restored/config .
rm -rf .restored
{{ end }}

{{/* The site's old name becomes the new one wherever a row has it: texts, and settings that PHP keeps with lengths. */}}
{{- define "spip.move" -}}
<?php
[, $old, $new] = $argv + ['', '', ''];
if (!preg_match('/^[a-z0-9.-]+$/', $old) || !preg_match('/^[a-z0-9.-]+$/', $new)) {
  fwrite(STDERR, "usage: move.php <old host> <new host>\n");
  exit(2);
}
chdir('/usr/share/spip');
require 'vendor/autoload.php';
require 'ecrire/inc_version.php';
foreach (['base/abstract_sql', 'inc/invalideur'] as $each) include_spip($each);

$pattern = '~//' . preg_quote($old, '~') . '(?![a-z0-9.-]*[a-z0-9])~i';
function moved($value) {
  global $pattern, $new;
  if (is_array($value)) return array_map('moved', $value);
  if (!is_string($value)) return $value;
  $kept = @unserialize($value, ['allowed_classes' => false]);
  if (is_array($kept)) return serialize(moved($kept));
  return preg_replace($pattern, "//$new", $value);
}

$count = 0;
foreach (sql_alltable('spip\_%') as $table) {
  $keys = array_map('trim', explode(',', sql_showtable($table)['key']['PRIMARY KEY'] ?? ''));
  if ($keys === ['']) continue;
  foreach (sql_allfetsel('*', $table) as $row) {
    $changed = array_filter(array_map('moved', $row), fn($value, $name) => $value !== $row[$name], ARRAY_FILTER_USE_BOTH);
    if (!$changed) continue;
    $where = array_map(fn($key) => "$key=" . sql_quote($row[$key]), $keys);
    if (sql_updateq($table, $changed, $where) === false) exit(1);
    $count++;
  }
}
purger_repertoire(_DIR_CACHE);
supprimer_fichier(_FILE_META);
echo "$count rows\n";
{{ end }}
