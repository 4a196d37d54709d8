<?php
class action_plugin_authcommune extends dokuwiki\Extension\ActionPlugin {
  public function register(dokuwiki\Extension\EventHandler $controller) {
    $controller->register_hook('ACTION_DENIED_TPLCONTENT', 'BEFORE', $this, 'leadToLogin');
  }

  public function leadToLogin(dokuwiki\Extension\Event $event) {
    global $ID, $INPUT, $lang;
    $event->preventDefault();
    if ($INPUT->server->str('REMOTE_USER') === '')
      echo '<p><a href="', wl($ID, ['do' => 'login']), '">', hsc($lang['btn_login']), '</a></p>';
  }
}
