<?php
class auth_plugin_authcommune extends dokuwiki\Extension\AuthPlugin {
  public function __construct() {
    parent::__construct();
    $this->cando['external'] = true;
  }

  /** Never null: DokuWiki would go on to read passwords and its own cookie. */
  public function trustExternal($user, $pass, $sticky = false) {
    global $INPUT, $USERINFO;
    $name = $INPUT->server->str('HTTP_AUTH_USER');
    if ($name === '') return false;
    // Rules of the wiki name people and groups: what is no plain name is none of theirs.
    if (!preg_match('/^[a-z0-9][a-z0-9._-]*$/i', $name)) {
      http_status(403);
      exit('Votre nom de connexion a des caractères que ce wiki ne connaît pas.');
    }
    $isAdmin = $INPUT->server->str('HTTP_AUTH_ROLE') === 'admins';
    $USERINFO = [
      'name' => $INPUT->server->str('HTTP_AUTH_NAME') ?: $name,
      'mail' => $INPUT->server->str('HTTP_AUTH_MAIL'),
      'grps' => $isAdmin ? ['admin', 'user'] : ['user'],
    ];
    $INPUT->server->set('REMOTE_USER', $name);
    return true;
  }

  public function isCaseSensitive() { return false; }

  public function logOff() {
    setcookie('@login.cookie@', '', ['expires' => 1, 'path' => '/', 'secure' => true, 'httponly' => true]);
    send_redirect('@login.logout@');
  }
}
