<?php
/** The account of who asks, made or brought up to what the login says; 0 for nobody. */
function commune_person() {
  static $id = null;
  if ($id !== null) return $id;
  // What makes an account asks who asks.
  $id = 0;
  return $id = commune_account(fn($name) => trim($_SERVER["HTTP_AUTH_$name"] ?? ''));
}

function commune_account($told) {
  $name = $told('USER');
  if ($name === '') return 0;
  // Two names that WordPress takes for one would be one account.
  if (sanitize_user($name, true) !== $name)
    wp_die('Votre nom de connexion a des caractères que ce site ne connaît pas.', '', ['response' => 403]);
  $user = get_user_by('login', $name);
  $owner = email_exists($told('MAIL'));
  $wanted = [
    'display_name' => $told('NAME') ?: $name,
    // An address is one account's: who had an account under another name keeps it there.
    'user_email' => $owner && $owner !== ($user->ID ?? 0) ? $user->user_email ?? '' : $told('MAIL'),
  ];
  $isAdmin = $told('ROLE') === 'admins';
  $was = $user && in_array('administrator', $user->roles, true);
  // Who administers is the directory's to say; who writes, that of who administers, on the page of accounts.
  if (!$user || $isAdmin !== $was) $wanted['role'] = $isAdmin ? 'administrator' : 'subscriber';
  $changed = array_filter($wanted, fn($value, $key) => !$user || $key === 'role' || $user->$key !== $value, ARRAY_FILTER_USE_BOTH);
  if (!$changed) return $user->ID;
  // Nobody is written to.
  add_filter('send_email_change_email', '__return_false');
  $done = $user
    ? wp_update_user(['ID' => $user->ID] + $changed)
    : wp_insert_user(['user_login' => $name, 'user_pass' => wp_generate_password(40)] + $wanted);
  // Two first requests at once: the other one made it.
  if (is_wp_error($done)) $done = get_user_by('login', $name)->ID ?? 0;
  return $done;
}

/** In the place of WordPress' own, which reads its cookies. What is said of a session is said here too, or forms would need no token. */
function wp_validate_auth_cookie($cookie = '', $scheme = '') {
  $id = commune_person();
  if ($id) do_action('auth_cookie_valid', [], get_userdata($id));
  return $id ?: false;
}

add_filter('authenticate', fn() => new WP_Error('commune_login', 'On se connecte avec le compte de la commune.'), 100);
foreach (['show_password_fields', 'allow_password_reset'] as $name) add_filter($name, '__return_false');
// Accounts are made by the login, one for each person.
add_filter('map_meta_cap', fn($needs, $wanted) => $wanted === 'create_users' ? ['do_not_allow'] : $needs, 10, 2);

add_action('login_init', function () {
  $action = $_REQUEST['action'] ?? '';
  if ($action === 'postpass') return;
  nocache_headers();
  if ($action === 'logout') {
    check_admin_referer('log-out');
    setcookie('@login.cookie@', '', ['expires' => 1, 'path' => '/', 'secure' => true, 'httponly' => true]);
    wp_redirect('@login.logout@');
    exit;
  }
  $home = current_user_can('edit_posts') ? admin_url() : home_url('/');
  $wanted = $_REQUEST['redirect_to'] ?? '';
  wp_safe_redirect(is_string($wanted) && $wanted !== '' ? wp_validate_redirect($wanted, $home) : $home);
  exit;
});
