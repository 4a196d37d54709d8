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
