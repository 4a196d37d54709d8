{{/* The front where the commune's login says who asks. */}}
{{- define "mediawiki.gated" -}}
{{ include "gate.server" .Values }}
# Says that MediaWiki and its database answer, and nothing else.
location = /_ready {
  auth_request off;
  {{- include "gate.nobody" "8081/api.php?action=query&meta=tokens&format=json" | nindent 2 }}
}
# MediaWiki's own files, the same for everybody.
location ~ ^/(resources|skins|extensions)/.+\.(css|js|json|less|svg|png|gif|jpe?g|ico|cur|woff2?)$ {
  auth_request off;
  {{- include "gate.nobody" 8081 | nindent 2 }}
}
location = /_out {
  auth_request off;
  add_header Set-Cookie "{{ .Values.login.cookie }}=; Path=/; Max-Age=0; Secure; HttpOnly" always;
  return 302 {{ .Values.login.logout }};
}
{{- $asks := "" }}
{{- if eq .Values.access "public" }}
{{- $asks = include "gate.open" . }}
location ^~ /_in/ {
  internal;
  {{- include "gate.closed" . | nindent 2 }}
  rewrite ^/_in(/.*)$ $1 break;
  {{- include "gate.person" 8081 | nindent 2 }}
}
{{- else }}
{{ include "gate.closed" . }}
{{- end }}
location = /index.php {
  {{- if eq .Values.access "public" }}
  # Who wants to log in comes back to the page, with a name.
  if ($arg_commune = login) { rewrite ^(.*)$ /_in$1 last; }
  {{- end }}
  {{- $asks | nindent 2 }}
  {{- include "gate.person" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
location ~ ^/($|wiki/|(index|api|load|img_auth|rest|opensearch_desc)\.php(/|$)) {
  {{- $asks | nindent 2 }}
  {{- include "gate.person" 8081 | nindent 2 }}
  proxy_read_timeout 60s;
}
location / { return 404; }
{{- end }}

{{/* Settings that come with it. What somebody may do is asked of the login, and no password opens anything. */}}
{{- define "mediawiki.persons" }}
$wgAutoloadClasses['CommuneSessions'] = '/config/CommuneSessions.php';
$wgSessionProviders['CommuneSessions'] = ['class' => 'CommuneSessions'];
$wgAuthManagerAutoConfig['primaryauth'] = [];
$wgEnableBotPasswords = false;
// Cookies of before open nothing.
$wgAuthenticationTokenVersion = 'commune';
// Accounts are made by the login, one for each person.
$wgGroupPermissions['sysop']['createaccount'] = false;
$wgHooks['UserEffectiveGroups'][] = ['CommuneSessions::groups'];
$wgHooks['SpecialPageBeforeExecute'][] = ['CommuneSessions::lead'];
$wgHooks['SkinTemplateNavigation::Universal'][] = ['CommuneSessions::link'];
{{- end }}

{{/*
Who asks is what the front says, which had it from the commune's login: nobody else reaches this server.
Source: includes/session/SessionProvider.php, "Cannot persist ID, no changing User"
*/}}
{{- define "mediawiki.sessions" -}}
<?php
use MediaWiki\MediaWikiServices;
use MediaWiki\Session\SessionBackend;
use MediaWiki\Session\SessionInfo;
use MediaWiki\Session\SessionProvider;
use MediaWiki\Session\UserInfo;

class CommuneSessions extends SessionProvider {
  private static ?string $asking = null;

  public function provideSessionInfo(MediaWiki\Request\WebRequest $request) {
    $told = $_SERVER['HTTP_AUTH_USER'] ?? '';
    if ($told === '') return null;
    $name = $this->userNameUtils->getCanonical($told, MediaWiki\User\UserRigorOptions::RIGOR_USABLE);
    // Two names that MediaWiki takes for one would be one account.
    if (!preg_match('/^[a-z0-9][a-z0-9._-]*$/i', $told) || $name !== strtr(ucfirst($told), '_', ' ')) {
      http_response_code(403);
      exit('Votre nom de connexion a des caractères que ce wiki ne connaît pas.');
    }
    self::$asking = $name;
    // One session for each person: what forms are signed with is in it, and who it is comes with each request.
    return new SessionInfo(SessionInfo::MAX_PRIORITY, [
      'provider' => $this,
      'id' => $this->hashToSessionId($name),
      'userInfo' => UserInfo::newFromName($name, true),
      'persisted' => true,
      'forceUse' => true,
    ]);
  }

  public function persistsSessionId() { return false; }
  public function canChangeUser() { return false; }
  public function canAlwaysAutocreate(): bool { return true; }
  public function persistSession(SessionBackend $session, MediaWiki\Request\WebRequest $request) {}
  public function unpersistSession(MediaWiki\Request\WebRequest $request) {}
  public function preventSessionsForUser($username) {}

  /** Who administers is the login's to say, at each request, and nothing of it is kept. */
  public static function groups($user, array &$groups) {
    if ($user->getName() !== self::$asking) return;
    $own = ['sysop', 'bureaucrat', 'interface-admin'];
    $groups = array_diff($groups, $own);
    if (($_SERVER['HTTP_AUTH_ROLE'] ?? '') === 'admins') array_push($groups, ...$own);
  }

  /** The pages with its forms for passwords lead to the login, and out of it. */
  public static function lead($special) {
    $page = $special->getName();
    if ($page !== 'Userlogin' && $page !== 'Userlogout') return true;
    $back = $special->getRequest()->getVal('returnto', '');
    $way = ['commune' => 'login', 'title' => $special->getPageTitle()->getPrefixedDBkey(), 'returnto' => $back];
    $title = MediaWiki\Title\Title::newFromText($back);
    if (!$title || !$title->isLocal() || $title->isSpecial('Userlogout')) $title = MediaWiki\Title\Title::newMainPage();
    $to = self::$asking === null ? '/index.php?' . wfArrayToCgi($way) : $title->getLocalURL();
    $special->getOutput()->redirect($page === 'Userlogout' ? '/_out' : $to);
    return false;
  }

  public static function link($skin, array &$links) {
    if (self::$asking === null) return;
    $links['user-menu']['leave'] = ['text' => $skin->msg('pt-userlogout')->text(), 'href' => '/_out'];
  }
}
{{ end }}
