<?php

declare(strict_types=1);

namespace CommuneDouble;

/** The OCS interface: one table of routes, answers in JSON or XML. */
final class Ocs
{
    public static function answer(Web $web, int $version): void
    {
        $web->requireUsable();
        $routes = [
            'GET /cloud/capabilities' => [false, self::capabilities(...)],
            'GET /cloud/user' => [true, self::account(...)],
        ];
        $route = $routes[$web->request->method . ' ' . rtrim($web->request->path, '/')]
            ?? throw new HttpException(404, '998', 'Invalid query, please check the syntax. API specifications are here: http://www.freedesktop.org/wiki/Specifications/open-collaboration-services.');
        [$private, $answer] = $route;
        $user = $web->user();
        if ($private && $user === null) {
            throw new HttpException(401, '997', 'Current user is not logged in');
        }
        if ($private && $web->request->header('OCS-APIRequest') !== 'true') {
            throw new HttpException(412, '412', 'CSRF check failed');
        }
        self::send($version, 200, $version === 1 ? 100 : 200, 'OK', $answer($web, $user));
    }

    /** @return array<string, mixed> */
    private static function capabilities(Web $web): array
    {
        [$major, $minor, $micro] = array_map(intval(...), explode('.', $web->server->version->full));
        $settings = $web->server->settings();
        $on = static fn (string $key, string $default) => $settings->get('files_sharing', $key, $default) === 'yes';
        return [
            'version' => [
                'major' => $major, 'minor' => $minor, 'micro' => $micro,
                'string' => $web->server->version->short, 'edition' => '', 'extendedSupport' => false,
            ],
            'capabilities' => [
                'core' => ['pollinterval' => 60, 'webdav-root' => 'remote.php/webdav'],
                'dav' => ['chunking' => '0'],
                'files' => ['bigfilechunking' => false, 'undelete' => false, 'versioning' => false],
                'files_sharing' => [
                    'federation' => [
                        'outgoing' => $on('outgoing_server2server_share_enabled', 'yes'),
                        'incoming' => $on('incoming_server2server_share_enabled', 'yes'),
                    ],
                ],
                'theming' => ['name' => $settings->get('theming', 'name', 'Nextcloud'), 'url' => $settings->get('theming', 'url', '')],
            ],
        ];
    }

    /** @return array<string, mixed> */
    private static function account(Web $web, string $user): array
    {
        $quota = $web->server->files()->quota($user);
        $used = $web->server->files()->used($user);
        return [
            'id' => $user,
            'enabled' => true,
            'displayname' => $web->server->users()->find($user)['displayname'],
            'groups' => $web->server->users()->groups($user),
            'quota' => ['used' => $used, 'quota' => $quota ?? -3, 'free' => $quota === null ? -3 : max(0, $quota - $used)],
        ];
    }

    public static function fail(\Throwable $error, int $version): void
    {
        $known = $error instanceof HttpException;
        $status = $known ? $error->status : 500;
        $code = $known && is_numeric($error->type) ? (int) $error->type : $status;
        if ($status === 401) {
            header('WWW-Authenticate: DummyBasic realm="Authorisation Required"');
        }
        self::send($version, $status, $code, $known ? $error->getMessage() : 'Internal Server Error', []);
    }

    /** @param array<string, mixed> $data */
    private static function send(int $version, int $status, int $code, string $message, array $data): void
    {
        // The first version says everything inside the answer, except that nobody is signed in or served.
        http_response_code($version === 1 && $status !== 401 && $status !== 503 ? 200 : $status);
        $body = ['meta' => ['status' => $status === 200 ? 'ok' : 'failure', 'statuscode' => $code, 'message' => $message], 'data' => $data];
        $json = ($_GET['format'] ?? '') === 'json' || str_contains($_SERVER['HTTP_ACCEPT'] ?? '', 'application/json');
        if ($json) {
            header('Content-Type: application/json; charset=utf-8');
            echo json_encode(['ocs' => $body], JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
        } else {
            header('Content-Type: application/xml; charset=utf-8');
            echo "<?xml version=\"1.0\"?>\n<ocs>" . self::xml($body) . "</ocs>\n";
        }
    }

    /** @param array<string|int, mixed> $values */
    private static function xml(array $values): string
    {
        $xml = '';
        foreach ($values as $key => $value) {
            $name = is_int($key) ? 'element' : $key;
            $inner = is_array($value) ? self::xml($value) : htmlspecialchars(is_bool($value) ? ($value ? '1' : '') : (string) $value, ENT_XML1);
            $xml .= "<$name>$inner</$name>";
        }
        return $xml;
    }
}
