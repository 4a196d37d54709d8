<?php

declare(strict_types=1);

namespace CommuneDouble;

/** WebDAV below /remote.php, and the directory of accounts for trusted servers: who asks, for which tree. */
final class Dav
{
    public static function answer(Web $web): void
    {
        $web->requireUsable();
        if (!$web->server->config->bool('installed')) {
            throw new HttpException(503, 'Sabre\\DAV\\Exception\\ServiceUnavailable', 'Nextcloud is not installed.');
        }
        $path = $web->request->path;
        $parts = explode('/', trim($path, '/'));
        if ($parts[0] === 'dav' && self::isTrustedServer($web)) {
            if (array_slice($parts, 1, 3) !== ['addressbooks', 'system', 'system']) {
                throw new HttpException(403, 'Sabre\\DAV\\Exception\\Forbidden', 'Access to this resource is forbidden');
            }
            (new Federation\SystemAddressBook($web->server))->answer($web, array_slice($parts, 4));
            return;
        }
        $user = $web->user();
        if ($user === null) {
            throw new HttpException(401, 'Sabre\\DAV\\Exception\\NotAuthenticated', 'No public access to this resource., No \'Authorization: Basic\' header found.');
        }
        $tree = $parts[0] === 'webdav' ? 'files' : ($parts[1] ?? '');
        $owner = $parts[0] === 'webdav'
            ? $user
            : ($parts[in_array($tree, ['addressbooks', 'principals'], true) ? 3 : 2] ?? $user);
        if ($parts[0] !== 'webdav' && $parts[0] !== 'dav') {
            throw new HttpException(404, 'Sabre\\DAV\\Exception\\NotFound', 'Path not found');
        }
        if ($owner !== $user) {
            throw new HttpException(403, 'Sabre\\DAV\\Exception\\Forbidden', 'Access to this resource is forbidden');
        }
        header('DAV: 1, 3, extended-mkcol');
        if ($web->request->method === 'OPTIONS') {
            header('Allow: OPTIONS, GET, HEAD, DELETE, PROPFIND, PUT, MKCOL, MOVE');
            return;
        }
        if ($tree === 'files') {
            $start = $parts[0] === 'webdav' ? 1 : 3;
            $base = '/remote.php/' . implode('/', array_slice($parts, 0, $start));
            $inside = Files::clean(implode('/', array_slice($parts, $start)));
            $share = (new Sharing\Incoming($web->server))->at($user, $inside);
            $folder = GroupFolders::at($web->server, $user, $inside);
            match (true) {
                $share !== null => (new Sharing\RemoteFiles($web, $share))->answer($inside),
                $folder !== null => self::teamFolder($web, $folder, $base, $inside),
                default => (new DavFiles($web, $user, $base))->answer($inside),
            };
        } elseif ($web->request->method === 'PROPFIND') {
            self::principal($user, $path);
        } else {
            throw new HttpException(404, 'Sabre\\DAV\\Exception\\NotFound', 'Path not found');
        }
    }

    /** @param array{id: int, mount_point: string, permissions: int} $folder @param string $inside path of the account */
    private static function teamFolder(Web $web, array $folder, string $base, string $inside): void
    {
        $name = implode('/', array_map(rawurlencode(...), explode('/', $folder['mount_point'])));
        $below = ltrim(substr($inside, strlen($folder['mount_point'])), '/');
        (new DavFiles($web, GroupFolders::owner($folder['id']), "$base/$name", '', $folder['permissions']))->answer($below);
    }

    /** /public.php/webdav: a file that was shared, opened by its token. */
    public static function answerPublic(Web $web): void
    {
        $web->requireUsable();
        $parts = explode('/', trim($web->request->path, '/'));
        $share = (new Sharing\Outgoing($web->server))->opened($web->request->credentials()[0] ?? '');
        if ($share === null || !Sharing\Outgoing::isOn($web->server)) {
            throw new HttpException(401, 'Sabre\\DAV\\Exception\\NotAuthenticated', 'Cannot authenticate over ajax calls');
        }
        if ($parts[0] !== 'webdav') {
            throw new HttpException(404, 'Sabre\\DAV\\Exception\\NotFound', 'Path not found');
        }
        if (!$share['writable'] && !in_array($web->request->method, ['GET', 'HEAD', 'PROPFIND', 'OPTIONS'], true)) {
            throw new HttpException(403, 'Sabre\\DAV\\Exception\\Forbidden', 'Access to this resource is forbidden');
        }
        $inside = Files::clean(implode('/', array_slice($parts, 1)));
        (new DavFiles($web, $share['user'], '/public.php/webdav', $share['path']))->answer($inside);
    }

    /** Whether another server shows the secret that it shares with this one. */
    private static function isTrustedServer(Web $web): bool
    {
        $credentials = $web->request->credentials();
        return $credentials !== null
            && $web->server->apps()->isEnabled('federation')
            && (new Federation\TrustedServers($web->server))->opens(...$credentials);
    }

    /** What a client that was sent to /remote.php/dav/ asks first: where its own things are. */
    private static function principal(string $user, string $path): void
    {
        $name = rawurlencode($user);
        self::multistatus([
            '/remote.php' . $path => [
                'd:resourcetype' => '<d:collection/>',
                'd:current-user-principal' => "<d:href>/remote.php/dav/principals/users/$name/</d:href>",
            ],
        ]);
    }

    /** @param array<string, array<string, string>> $resources properties, as XML, by href */
    public static function multistatus(array $resources): void
    {
        http_response_code(207);
        header('Content-Type: application/xml; charset=utf-8');
        echo '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns" xmlns:oc="http://owncloud.org/ns"'
            . ' xmlns:nc="http://nextcloud.org/ns" xmlns:card="urn:ietf:params:xml:ns:carddav">';
        foreach ($resources as $href => $properties) {
            $xml = '';
            foreach ($properties as $name => $value) {
                $xml .= "<$name>$value</$name>";
            }
            echo '<d:response><d:href>' . htmlspecialchars($href, ENT_XML1) . "</d:href><d:propstat><d:prop>$xml</d:prop>"
                . '<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>';
        }
        echo "</d:multistatus>\n";
    }

    public static function text(string $value): string
    {
        return htmlspecialchars($value, ENT_XML1);
    }

    /** If-Match and If-None-Match, so that two clients do not overwrite each other. */
    public static function requireMatch(Request $request, ?string $etag): void
    {
        $match = $request->header('If-Match');
        $none = $request->header('If-None-Match');
        $is = static fn (string $header) => $etag !== null && ($header === '*' || str_contains($header, "\"$etag\""));
        if (($match !== null && !$is($match)) || ($none !== null && $is($none))) {
            throw new HttpException(412, 'Sabre\\DAV\\Exception\\PreconditionFailed', 'An If-Match or If-None-Match header did not hold.');
        }
    }

    public static function fail(\Throwable $error): void
    {
        [$status, $type] = match (true) {
            $error instanceof HttpException => [$error->status, $error->type],
            $error instanceof HintException => [503, 'OCP\\HintException'],
            default => [500, $error::class],
        };
        http_response_code($status);
        if ($status === 401) {
            header('WWW-Authenticate: Basic realm="Nextcloud", charset="UTF-8"');
        }
        header('Content-Type: application/xml; charset=utf-8');
        $message = $status === 500 ? 'Internal Server Error' : $error->getMessage();
        echo '<?xml version="1.0" encoding="utf-8"?><d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns"><s:exception>'
            . self::text($type) . '</s:exception><s:message>' . self::text($message) . "</s:message></d:error>\n";
    }
}
