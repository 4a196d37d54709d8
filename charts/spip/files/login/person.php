<?php
// Who asks is what the front says, which had it from the commune's login: nobody else reaches this server. SPIP's own session
// goes on while it is of that person, and is nobody's without them. Source: ecrire/inc/session.php, ecrire/inc/auth.php
// No password of an account here opens anything, and no session without its person.
$GLOBALS['liste_des_authentifications'] = [];
if (($_SERVER['HTTP_AUTH_USER'] ?? '') === '') unset($_COOKIE['spip_session']);
function commune_told($name) { return trim($_SERVER["HTTP_AUTH_$name"] ?? ''); }

/** The account of who asks, made or brought up to what the login says. */
function commune_account() {
  include_spip('base/abstract_sql');
  $name = commune_told('USER');
  $quoted = sql_quote($name, '', 'text');
  $row = sql_fetsel('*', 'spip_auteurs', "login=$quoted");
  $isAdmin = commune_told('ROLE') === 'admins';
  $wanted = [];
  // Who administers is the directory's to say; who writes and under which name, that of SPIP.
  if (!$row || $isAdmin !== ($row['statut'] === '0minirezo')) $wanted['statut'] = $isAdmin ? '0minirezo' : '1comite';
  if (!$row || $isAdmin !== ($row['webmestre'] === 'oui')) $wanted['webmestre'] = $isAdmin ? 'oui' : 'non';
  $mail = commune_told('MAIL');
  // An address is one account's: who had an account under another name keeps it there.
  if ($mail !== ($row['email'] ?? '')
    && !sql_countsel('spip_auteurs', 'email=' . sql_quote($mail, '', 'text') . " AND (login IS NULL OR login!=$quoted)"))
    $wanted['email'] = $mail;
  if (!$row) $wanted += ['nom' => commune_told('NAME') ?: $name, 'login' => $name];
  if (!$wanted) return $row;
  // What its plugins add to tables is not known yet.
  $described = ['field' => array_fill_keys(array_keys($wanted), 'text')];
  if ($row) sql_updateq('spip_auteurs', $wanted, "login=$quoted", $described);
  else sql_insertq('spip_auteurs', $wanted, $described);
  return sql_fetsel('*', 'spip_auteurs', "login=$quoted");
}

function commune_person() {
  $known = $GLOBALS['visiteur_session'] ?? [];
  $row = commune_account();
  if ($known && ($known['id_auteur'] ?? 0) == $row['id_auteur'] && ($known['statut'] ?? '') === $row['statut']) return;
  foreach (['inc/auth', 'inc/session'] as $each) include_spip($each);
  unset($_COOKIE['spip_session']);
  $GLOBALS['visiteur_session'] = auth_desensibiliser_session($row);
  ajouter_session($GLOBALS['visiteur_session']);
  // The page is made for them from its beginning.
  if ($_SERVER['REQUEST_METHOD'] === 'GET') commune_go($_SERVER['REQUEST_URI']);
}

/** @param to on this site, whatever it says. */
function commune_go($to) {
  $to = preg_replace('~^https://' . preg_quote('@host@', '~') . '(?=/|$)~', '', $to);
  header('Location: /' . ltrim($to, './\\'), true, 302);
  exit;
}
