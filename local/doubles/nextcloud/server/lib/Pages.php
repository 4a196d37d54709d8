<?php

declare(strict_types=1);

namespace CommuneDouble;

/** The pages that a browser sees: sign in, the list of files, errors. */
final class Pages
{
    public static function show(Web $web): void
    {
        $web->requireUsable();
        if (!$web->server->config->bool('installed')) {
            self::page('Setup', '<h1>Nextcloud (double)</h1><p>This instance is not installed. Use occ maintenance:install.</p>');
            return;
        }
        $path = rtrim($web->request->path, '/') ?: '/';
        if ($path === '/ocm-provider') {
            Sharing\Ocm::send(200, (new Sharing\Ocm($web->server))->provider());
            return;
        }
        if ($web->request->method === 'POST' && $path === '/ocm/shares') {
            Sharing\Ocm::answer($web);
            return;
        }
        $user = self::session($web);
        match (true) {
            $path === '/login' && $web->request->method === 'POST' => self::signIn($web),
            $path === '/login' && $user === null => self::loginForm(),
            $path === '/logout' => self::signOut($web),
            $path === '/' || $path === '/login' => self::redirect($web, $user === null ? '/index.php/login' : '/index.php/apps/files'),
            $path === '/apps/files' && $user !== null => self::files($web, $user),
            $path === '/apps/files' => self::redirect($web, '/index.php/login'),
            default => self::notFound(),
        };
    }

    private static function session(Web $web): ?string
    {
        session_name($web->server->config->string('instanceid'));
        session_set_cookie_params(['httponly' => true, 'samesite' => 'Lax', 'secure' => str_starts_with($web->request->origin(), 'https:')]);
        session_start();
        $user = $_SESSION['user'] ?? null;
        return is_string($user) && $web->server->users()->exists($user) ? $user : null;
    }

    private static function loginForm(string $message = ''): void
    {
        $_SESSION['token'] ??= bin2hex(random_bytes(16));
        $token = htmlspecialchars($_SESSION['token']);
        $message = $message === '' ? '' : '<p role="alert">' . htmlspecialchars($message) . '</p>';
        self::page('Login', <<<HTML
            <h1>Nextcloud (double)</h1>
            <p>A double of Nextcloud on this machine: real accounts and files, none of its interface.</p>
            $message
            <form method="post" action="/index.php/login">
            <input type="hidden" name="requesttoken" value="$token">
            <p><label>Account <input name="user" autocomplete="username" required></label></p>
            <p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
            <p><button>Log in</button></p>
            </form>
            HTML);
    }

    private static function signIn(Web $web): void
    {
        $token = (string) ($_POST['requesttoken'] ?? '');
        if (!hash_equals((string) ($_SESSION['token'] ?? ''), $token) || $token === '') {
            http_response_code(412);
            self::loginForm('The page was too old: try again.');
            return;
        }
        $user = $web->server->users()->verify((string) ($_POST['user'] ?? ''), (string) ($_POST['password'] ?? ''));
        if ($user === null) {
            self::loginForm('Wrong login or password.');
            return;
        }
        session_regenerate_id(true);
        $_SESSION = ['user' => $user];
        self::redirect($web, '/index.php/apps/files');
    }

    private static function signOut(Web $web): void
    {
        $_SESSION = [];
        session_destroy();
        self::redirect($web, '/index.php/login');
    }

    private static function files(Web $web, string $user): void
    {
        $folder = Files::clean((string) ($_GET['dir'] ?? ''));
        $row = $web->server->files()->find($user, $folder);
        if ($row === null || !Files::isFolder($row)) {
            self::notFound();
            return;
        }
        $rows = '';
        foreach ($web->server->files()->children($user, $folder) as $child) {
            $path = ltrim("$folder/{$child['name']}", '/');
            $name = htmlspecialchars($child['name']);
            if (Files::isFolder($child)) {
                $name = '<a href="/index.php/apps/files?dir=' . rawurlencode($path) . "\">$name/</a>";
            }
            $rows .= "<tr><td>$name</td><td>" . (int) $child['size'] . '</td><td>' . date('Y-m-d H:i', (int) $child['mtime']) . '</td></tr>';
        }
        $title = htmlspecialchars($folder === '' ? 'Files' : $folder);
        self::page('Files', "<h1>$title</h1><p>Nextcloud (double), signed in as " . htmlspecialchars($user)
            . ". <a href=\"/index.php/logout\">Log out</a></p><table><tr><th>Name</th><th>Bytes</th><th>Changed</th></tr>$rows</table>");
    }

    private static function redirect(Web $web, string $path): void
    {
        http_response_code(303);
        header('Location: ' . $web->request->origin() . $path);
    }

    private static function notFound(): void
    {
        http_response_code(404);
        self::error('Page not found', 'The page could not be found on the server or you may not be allowed to view it.');
    }

    /** @param string $detail HTML */
    public static function error(string $title, string $detail): void
    {
        self::page($title, '<h1>' . htmlspecialchars($title) . "</h1><p>$detail</p><p>Nextcloud (double)</p>");
    }

    private static function page(string $title, string $body): void
    {
        header('Content-Type: text/html; charset=UTF-8');
        header("Content-Security-Policy: default-src 'none'; form-action 'self'");
        echo '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            . '<title>' . htmlspecialchars($title) . " – Nextcloud (double)</title></head><body>$body</body></html>\n";
    }
}
