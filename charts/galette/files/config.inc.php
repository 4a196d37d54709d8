<?php
define('TYPE_DB', 'mysql');
define('HOST_DB', '@database.host@');
define('PORT_DB', '@database.port@');
define('NAME_DB', '@database.name@');
define('USER_DB', NAME_DB);
define('PWD_DB', rtrim(file_get_contents('/run/secrets/database/@database.key@'), "\n"));
define('PREFIX_DB', 'galette_');

if (PHP_SAPI !== 'cli') {
  // Its own address, which letters have, is made of these two (Preferences.php).
  $_SERVER['HTTPS'] = 'on';
  $_SERVER['HTTP_HOST'] = '@host@';
  $_SERVER['REMOTE_ADDR'] = $_SERVER['HTTP_X_REAL_IP'] ?? '127.0.0.1';
}
