{{/* A text as PHP has it between single quotes. */}}
{{- define "wordpress.quoted" -}}
'{{ . | replace "\\" "\\\\" | replace "'" "\\'" }}'
{{- end }}

{{/* Settings that are declared, and cannot be changed in the site. */}}
{{- define "wordpress.settings" -}}
<?php
function commune_secret($path) { return rtrim(file_get_contents("/run/secrets/$path"), "\n"); }

define('DB_HOST', {{ include "wordpress.quoted" .Values.database.host }});
define('DB_NAME', {{ include "wordpress.quoted" .Values.database.name }});
define('DB_USER', DB_NAME);
define('DB_PASSWORD', commune_secret('database/{{ .Values.database.key }}'));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
$table_prefix = 'wp_';

foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
  foreach (['KEY', 'SALT'] as $kind) {
    define("{$name}_$kind", hash_hmac('sha256', "{$name}_$kind", commune_secret('salt/{{ .Values.salt.key }}')));
  }
}

define('WP_HOME', 'https://{{ .Values.host }}');
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
{{ end }}

{{/* What is always on: the declared name, who may read, and no third party in a visitor's browser. */}}
{{- define "wordpress.plugin" -}}
<?php
if (isset($_GET['commune-health'])) exit('ok');

add_filter('pre_option_blogname', fn() => {{ include "wordpress.quoted" .Values.title }});

// Pictures of accounts and of little faces would come from servers of others.
add_filter('pre_option_show_avatars', fn() => '0');
add_filter('emoji_svg_url', '__return_false');
remove_action('wp_head', 'print_emoji_detection_script', 7);
remove_action('admin_print_scripts', 'print_emoji_detection_script');
// Nobody outside is asked whether there is a newer version.
remove_action('init', 'wp_schedule_update_checks');

add_filter('xmlrpc_enabled', '__return_false');
remove_action('wp_head', 'rsd_link');
add_filter('wp_is_application_passwords_available', '__return_false');
// The names of accounts are no stranger's business.
add_filter('wp_sitemaps_add_provider', fn($provider, $name) => $name === 'users' ? false : $provider, 10, 2);
add_filter('rest_endpoints', fn($all) => is_user_logged_in() ? $all
  : array_filter($all, fn($path) => !str_starts_with($path, '/wp/v2/users'), ARRAY_FILTER_USE_KEY));

function commune_may_read() {
  {{- if eq .Values.access "public" }}
  return true;
  {{- else if eq .Values.access "members" }}
  return is_user_logged_in();
  {{- else }}
  return current_user_can('manage_options');
  {{- end }}
}
add_action('init', function () {
  if (!isset($_GET['commune-reader'])) return;
  status_header(commune_may_read() ? 204 : 403);
  exit;
});
add_action('template_redirect', function () {
  if (commune_may_read()) return;
  if (!is_user_logged_in()) auth_redirect();
  wp_die('Ce site est réservé à d’autres comptes que le vôtre.', '', ['response' => 403]);
}, 0);
add_filter('rest_authentication_errors', fn($error) => $error ?: (commune_may_read() ? $error
  : new WP_Error('rest_not_logged_in', 'Ce site n’est pas public.', ['status' => 401])));
{{ end }}

{{/* Before each start: the site where there is none yet, or its tables in the form of the image's version. */}}
{{- define "wordpress.install" -}}
<?php
$isDone = false;
// WordPress ends with 0 where it cannot go on.
register_shutdown_function(function () { global $isDone; if (!$isDone) exit(1); });
function fail($why) { fwrite(STDERR, "$why\n"); exit(1); }

define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = {{ include "wordpress.quoted" .Values.host }};
$_SERVER['SERVER_NAME'] = $_SERVER['HTTP_HOST'];

// A network policy takes a moment to reach every node.
mysqli_report(MYSQLI_REPORT_OFF);
$name = {{ include "wordpress.quoted" .Values.database.name }};
$password = rtrim(file_get_contents('/run/secrets/database/{{ .Values.database.key }}'), "\n");
[$host, $port] = explode(':', {{ include "wordpress.quoted" .Values.database.host }} . ':3306');
for ($tries = 0; !@mysqli_connect($host, $name, $password, $name, (int) $port); $tries++) {
  if ($tries === 60) fail('The database does not answer: ' . mysqli_connect_error());
  sleep(1);
}

// Nobody is written to: there is no relay here, and the account's owner knows.
function wp_new_blog_notification() {}
require '/usr/src/wordpress/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_http_request', fn() => new WP_Error('closed', 'Nobody is asked.'));

if (is_blog_installed()) {
  $had = (int) get_option('db_version');
  if ($had > $wp_db_version) fail("The site's tables are of a newer WordPress ($had) than this one ($wp_db_version): it cannot go back.");
  wp_upgrade();
} else {
  $admin = rtrim(file_get_contents('/run/secrets/admin/{{ .Values.admin.key }}'), "\n");
  wp_install(
    {{ include "wordpress.quoted" .Values.title }},
    {{ include "wordpress.quoted" .Values.admin.user }},
    {{ include "wordpress.quoted" .Values.admin.mail }},
    {{ if eq .Values.access "public" }}true{{ else }}false{{ end }}, '', $admin, 'fr_FR');
  // Comments are spam where nobody looks after them; whoever does opens them again.
  foreach (['default_comment_status', 'default_ping_status'] as $option) update_option($option, 'closed');
  update_option('timezone_string', 'Europe/Paris');
  $wp_rewrite->set_permalink_structure('/%postname%/');
  flush_rewrite_rules(false);
}
$isDone = true;
{{ end }}
