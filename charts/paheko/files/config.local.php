<?php
namespace Paheko;

if (PHP_SAPI !== 'cli') {
  // TLS ends before the front, and nothing but the front reaches this.
  $_SERVER['HTTPS'] = 'on';
  $_SERVER['REMOTE_ADDR'] = $_SERVER['HTTP_X_REAL_IP'] ?? '127.0.0.1';
}
const WWW_URI = '/';
const WWW_URL = 'https://@host@/';
const DATA_ROOT = '/var/lib/paheko';
const CACHE_ROOT = '/var/cache/paheko';
const WEB_CACHE_ROOT = CACHE_ROOT . '/web/%host%';
// Beside the data otherwise: what is made of one version's pages would be there for the next.
const SHARED_CACHE_ROOT = CACHE_ROOT . '/shared';
// Beside the data otherwise, where the archive's own are not.
const PLUGINS_ROOT = '/usr/share/paheko/data/plugins';
define('Paheko\SECRET_KEY', rtrim(file_get_contents('/run/secrets/key/@key.key@'), "\n"));
// Whether a password is a known one would be asked of a server elsewhere (UserSession.php).
function nobody_is_asked(Entities\Signal $signal): void {
  $signal->setOut('is_compromised', false);
  $signal->stop();
}
const SYSTEM_SIGNALS = [['password.check' => 'Paheko\nobody_is_asked']];
// Its code is the image's, updates come with it, and nobody outside is asked for anything or told of it.
const ENABLE_UPGRADES = false;
const DISABLE_INSTALL_FORM = true;
const DISABLE_INSTALL_PING = true;
const DISABLE_EMAIL = true;
const SHOW_ERRORS = false;
const ENABLE_TECH_DETAILS = false;
// No program of the machine is started for a page.
const PDF_COMMAND = null;
