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
// @include person.php@

spip_initialisation_core(
  _DIR_RACINE . _NOM_PERMANENTS_INACCESSIBLES,
  _DIR_RACINE . _NOM_PERMANENTS_ACCESSIBLES,
  _DIR_RACINE . _NOM_TEMPORAIRES_INACCESSIBLES,
  _DIR_RACINE . _NOM_TEMPORAIRES_ACCESSIBLES
);
// Nothing outside can be reached; asked through a door that is shut, SPIP knows at once.
$GLOBALS['meta']['http_proxy'] = 'http://127.0.0.1:9';

// @include reader.php@

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
  // @include arrival.php@
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
