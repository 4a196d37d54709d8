<?php
if (isset($_GET['commune-health'])) exit('ok');

add_filter('pre_option_blogname', fn() => '@title@');

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
  return match ('@access@') {
    'public' => true,
    'members' => is_user_logged_in(),
    'admins' => current_user_can('manage_options'),
  };
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
