<?php
if (!defined('_ECRIRE_INC_VERSION')) exit;
defined('_MYSQL_SET_SQL_MODE') || define('_MYSQL_SET_SQL_MODE', true);
$GLOBALS['spip_connect_version'] = 0.8;
(function ($name, $server) {
  [$host, $port] = explode(':', $server . ':3306');
  $password = rtrim(file_get_contents('/run/secrets/database/@database.key@'), "\n");
  spip_connect_db($host, $port, $name, $password, $name, 'mysql', 'spip', '', 'utf8mb4');
})('@database.name@', '@database.host@:@database.port@');
