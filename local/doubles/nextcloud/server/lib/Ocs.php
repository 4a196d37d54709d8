<?php

declare(strict_types=1);

namespace CommuneDouble;

use CommuneDouble\Federation\SecretExchange;
use CommuneDouble\Federation\TrustedServersApi;
use CommuneDouble\Sharing\Outgoing;

/** The OCS interface: one table of routes, answers in JSON or XML. */
final class Ocs
{
    /** Anybody, and from another site too. */
    private const PUBLIC = 'public';
    private const ACCOUNT = 'account';

    /**
     * What there is to ask: the app that brings it (null is the server itself), who may ask (a class of settings:
     * administrators, and those it is delegated to), and what answers.
     *
     * @return array<string, array{0: string|null, 1: string, 2: callable(Web, ?string, array<string, string>): mixed}>
     */
    private static function routes(): array
    {
        $requested = static fn (Web $web) => (new SecretExchange($web->server))->requested($web);
        $fetched = static fn (Web $web) => (new SecretExchange($web->server))->fetched($web);
        return [
            'GET /cloud/capabilities' => [null, self::PUBLIC, self::capabilities(...)],
            'GET /cloud/user' => [null, self::ACCOUNT, self::account(...)],
            'POST /apps/files_sharing/api/v1/shares' => ['files_sharing', self::ACCOUNT, static fn (Web $web, ?string $user) => (new Outgoing($web->server))->create($web, (string) $user)],
            'GET /apps/federation/trusted-servers' => ['federation', Delegations::TRUSTED_SERVERS, TrustedServersApi::list(...)],
            'POST /apps/federation/trusted-servers' => ['federation', Delegations::TRUSTED_SERVERS, TrustedServersApi::add(...)],
            'DELETE /apps/federation/trusted-servers/(?<id>\d+)' => ['federation', Delegations::TRUSTED_SERVERS, TrustedServersApi::remove(...)],
            'POST /apps/federation/api/v1/request-shared-secret' => ['federation', self::PUBLIC, $requested],
            'GET /apps/federation/api/v1/shared-secret' => ['federation', self::PUBLIC, $fetched],
            'POST /cloud/shared-secret' => ['federation', self::PUBLIC, $requested],
            'GET /cloud/shared-secret' => ['federation', self::PUBLIC, $fetched],
        ];
    }

    public static function answer(Web $web, int $version): void
    {
        $web->requireUsable();
        $asked = $web->request->method . ' ' . rtrim($web->request->path, '/');
        foreach (self::routes() as $pattern => [$app, $who, $answer]) {
            if (preg_match("#^$pattern$#", $asked, $path) === 1 && ($app === null || $web->server->apps()->isEnabled($app))) {
                $user = $web->user();
                self::requireRight($web, $user, $who);
                self::send($version, 200, $version === 1 ? 100 : 200, 'OK', $answer($web, $user, $path));
                return;
            }
        }
        throw new HttpException(404, '998', 'Invalid query, please check the syntax. API specifications are here: http://www.freedesktop.org/wiki/Specifications/open-collaboration-services.');
    }

    private static function requireRight(Web $web, ?string $user, string $who): void
    {
        if ($who === self::PUBLIC) {
            return;
        }
        if ($user === null) {
            throw new HttpException(401, '997', 'Current user is not logged in');
        }
        if ($who !== self::ACCOUNT) {
            if (!$web->server->delegations()->allows($web->server->users(), $user, $who)) {
                throw new HttpException(403, '403', 'Logged in account must be an admin, a sub admin or gotten special right to access this setting');
            }
            if (!$web->request->mayAdminister()) {
                throw new HttpException(403, '403', "Your current IP address doesn't allow you to perform admin actions");
            }
        }
        if ($web->request->header('OCS-APIRequest') !== 'true') {
            throw new HttpException(412, '412', 'CSRF check failed');
        }
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

    /** @param array<mixed> $data */
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
