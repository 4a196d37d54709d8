<?php
$isDone = false;
// SPIP ends with 0 where it cannot go on.
register_shutdown_function(function () { global $isDone; if (!$isDone) exit(1); });
function fail($why) { fwrite(STDERR, "$why\n"); exit(1); }

// A network policy takes a moment to reach every node.
mysqli_report(MYSQLI_REPORT_OFF);
$name = '@database.name@';
$password = rtrim(file_get_contents('/run/secrets/database/@database.key@'), "\n");
[$host, $port] = explode(':', '@database.host@:@database.port@' . ':3306');
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
  $login = '@admin.user@';
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
    $email = '@admin.mail@';
    $account = ['nom' => 'Le bureau', 'login' => $login, 'email' => $email, 'statut' => '0minirezo', 'webmestre' => 'oui'];
    $id = sql_getfetsel('id_auteur', 'spip_auteurs', 'login=' . sql_quote($login)) ?: sql_insertq('spip_auteurs', $account);
    $first = rtrim(file_get_contents('/run/secrets/admin/@admin.key@'), "\n");
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
  ecrire_meta('adresse_site', 'https://@host@');
  ecrire_meta('nom_site', '@title@');
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
