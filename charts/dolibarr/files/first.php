<?php
require '/var/www/html/master.inc.php';
require_once DOL_DOCUMENT_ROOT . '/core/lib/admin.lib.php';
require_once DOL_DOCUMENT_ROOT . '/user/class/user.class.php';

foreach (['MAIN_LANG_DEFAULT' => 'fr_FR', 'MAIN_SECURITY_HASH_ALGO' => 'password_hash', 'MAIN_DISABLE_ALL_MAILS' => '1', 'USER_MAIL_REQUIRED' => '0'] as $name => $value) {
  if (dolibarr_set_const($db, $name, $value, 'chaine', 0, '', 0) < 0) exit(1);
}
// Whose it is, without which its first page asks for nothing else: the board may write it anew.
foreach (['MAIN_INFO_SOCIETE_NOM' => '@title@', 'MAIN_INFO_SOCIETE_COUNTRY' => '1:FR:France'] as $name => $value) {
  if (dolibarr_set_const($db, $name, $value, 'chaine', 0, '', 1) < 0) exit(1);
}
$conf->setValues($db);

$login = '@admin.user@';
$found = $db->query("SELECT rowid FROM " . MAIN_DB_PREFIX . "user WHERE admin = 1");
if (!$found) exit(1);
if ($db->num_rows($found) === 0) {
  $maker = new User($db);
  $maker->id = 0;
  // Only who administers makes somebody who does: without it the account can log in and nothing else.
  $maker->admin = 1;
  $admin = new User($db);
  $admin->lastname = 'Administration';
  $admin->login = $login;
  $admin->pass = rtrim(file_get_contents('/run/secrets/admin/@admin.key@'), "\n");
  $admin->admin = 1;
  $admin->entity = 0;
  if ($admin->create($maker, 1) <= 0) {
    fwrite(STDERR, "Nobody could be made who administers it: {$admin->error}\n");
    exit(1);
  }
}
foreach (['modUser', 'modAdherent'] as $module) {
  $made = activateModule($module);
  if (!empty($made['errors'])) {
    fwrite(STDERR, "$module: " . implode(', ', $made['errors']) . "\n");
    exit(1);
  }
}
