<?php
function commune_secret($path) { return rtrim(file_get_contents("/run/secrets/$path"), "\n"); }

define('DB_HOST', '@database.host@:@database.port@');
define('DB_NAME', '@database.name@');
define('DB_USER', DB_NAME);
define('DB_PASSWORD', commune_secret('database/@database.key@'));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
$table_prefix = 'wp_';

foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
  foreach (['KEY', 'SALT'] as $kind) {
    define("{$name}_$kind", hash_hmac('sha256', "{$name}_$kind", commune_secret('salt/@salt.key@')));
  }
}

define('WP_HOME', 'https://@host@');
define('WP_SITEURL', WP_HOME);
// TLS ends before the front, and nothing but the front reaches this.
$_SERVER['HTTPS'] = 'on';
$_SERVER['REMOTE_ADDR'] = $_SERVER['HTTP_X_REAL_IP'] ?? '127.0.0.1';
define('FORCE_SSL_ADMIN', true);

// Its code is the image's, updates come with it, and nobody outside is asked for anything.
define('DISALLOW_FILE_MODS', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('WP_POST_REVISIONS', 20);
define('WP_MEMORY_LIMIT', '64M');
define('WP_MAX_MEMORY_LIMIT', '128M');
define('WP_DEBUG', false);

if (!defined('ABSPATH')) define('ABSPATH', '/usr/src/wordpress/');
require_once ABSPATH . 'wp-settings.php';
