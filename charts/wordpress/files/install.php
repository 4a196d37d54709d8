<?php
$isDone = false;
// WordPress ends with 0 where it cannot go on.
register_shutdown_function(function () { global $isDone; if (!$isDone) exit(1); });
function fail($why) { fwrite(STDERR, "$why\n"); exit(1); }

define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = '@host@';
$_SERVER['SERVER_NAME'] = $_SERVER['HTTP_HOST'];

// A network policy takes a moment to reach every node.
mysqli_report(MYSQLI_REPORT_OFF);
$name = '@database.name@';
$password = rtrim(file_get_contents('/run/secrets/database/@database.key@'), "\n");
[$host, $port] = explode(':', '@database.host@:@database.port@' . ':3306');
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
  $admin = rtrim(file_get_contents('/run/secrets/admin/@admin.key@'), "\n");
  wp_install(
    '@title@',
    '@admin.user@',
    '@admin.mail@',
    '@access@' === 'public', '', $admin, 'fr_FR');
  // Comments are spam where nobody looks after them; whoever does opens them again.
  foreach (['default_comment_status', 'default_ping_status'] as $option) update_option($option, 'closed');
  update_option('timezone_string', 'Europe/Paris');
  $wp_rewrite->set_permalink_structure('/%postname%/');
  flush_rewrite_rules(false);
}
$isDone = true;
