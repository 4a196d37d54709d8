{{/* The front where the commune's login says who asks. */}}
{{- define "dokuwiki.gated" -}}
{{ include "gate.server" .Values }}
location = /health.php {
  auth_request off;
  {{- include "gate.nobody" 8081 | nindent 2 }}
}
# DokuWiki's own files, the same for everybody.
location ~ ^/lib/(images|scripts|tpl|plugins)/.+\.(css|gif|ico|jpg|js|png|svg|woff2)$ {
  auth_request off;
  {{- include "gate.nobody" 8081 | nindent 2 }}
}
{{- if eq .Values.access "public" }}
location ^~ /_in/ {
  internal;
  {{- include "gate.closed" . | nindent 2 }}
  rewrite ^/_in(/.*)$ $1 break;
  {{- include "gate.person" 8081 | nindent 2 }}
}
location / {
  # Who wants to log in comes back to the page, with a name.
  if ($arg_do = login) { rewrite ^(.*)$ /_in$1 last; }
  {{- include "gate.open" . | nindent 2 }}
  {{- include "gate.person" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
{{- else }}
{{ include "gate.closed" . }}
location / {
  {{- include "gate.person" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
{{- end }}
{{- end }}

{{- define "dokuwiki.plugin.info.txt" -}}
base authcommune
author commune-cloud
email -
date 2026-11-28
name authcommune
desc Who asks is what the commune's login says
url https://www.dokuwiki.org/devel:auth_plugins
{{ end }}

{{/* Who asks is what the front says, which had it from the commune's login: nobody else reaches this server. */}}
{{- define "dokuwiki.auth.php" -}}
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
    setcookie({{ include "dokuwiki.quoted" .Values.login.cookie }}, '', ['expires' => 1, 'path' => '/', 'secure' => true, 'httponly' => true]);
    send_redirect({{ include "dokuwiki.quoted" .Values.login.logout }});
  }
}
{{ end }}

{{/* A page that is not for strangers shows them the way to the login, and no form for a password. */}}
{{- define "dokuwiki.action.php" -}}
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
{{ end }}
