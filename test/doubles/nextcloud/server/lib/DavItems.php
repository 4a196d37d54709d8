<?php

declare(strict_types=1);

namespace CommuneDouble;

/**
 * Calendars and address books of an account, as far as clients ask: what there is, what is in it, and what has changed since
 * a token. A change is written down under the token of then, and the token goes on by one.
 * Source: apps/dav/lib/CalDAV/CalDavBackend.php and CardDAV/CardDavBackend.php of 31.0.6.
 */
final class DavItems
{
    private const ADDED = 1;
    private const CHANGED = 2;
    private const DELETED = 3;
    private const TOKEN = 'http://sabre.io/ns/sync/';

    private readonly Database $database;
    private readonly string $principal;
    private readonly string $home;

    private function __construct(
        private readonly Web $web,
        private readonly string $user,
        private readonly bool $isCalendar,
        private readonly string $table,
        private readonly string $items,
        private readonly string $changes,
        private readonly string $of,
        private readonly string $data,
        private readonly string $default,
    ) {
        $this->database = $web->server->database();
        $this->principal = "principals/users/$user";
        $this->home = self::homeOf($user, $isCalendar);
        $sql = "INSERT INTO *PREFIX*$table (principaluri, displayname, uri) VALUES (?, ?, ?) ON CONFLICT (principaluri, uri) DO NOTHING";
        $this->database->run($sql, [$this->principal, ucfirst($default), $default]);
    }

    public static function calendars(Web $web, string $user): self
    {
        return new self($web, $user, true, 'calendars', 'calendarobjects', 'calendarchanges', 'calendarid', 'calendardata', 'personal');
    }

    public static function addressBooks(Web $web, string $user): self
    {
        return new self($web, $user, false, 'addressbooks', 'cards', 'addressbookchanges', 'addressbookid', 'carddata', 'contacts');
    }

    public static function homeOf(string $user, bool $isCalendar): string
    {
        return '/remote.php/dav/' . ($isCalendar ? 'calendars/' : 'addressbooks/users/') . rawurlencode($user) . '/';
    }

    /** @param list<string> $path below the account's home: a collection, and one thing in it */
    public function answer(array $path): void
    {
        $path = array_values(array_filter($path, static fn (string $part) => $part !== ''));
        $method = $this->web->request->method;
        if ($path === []) {
            $this->list();
            return;
        }
        $whole = $this->database->row("SELECT * FROM *PREFIX*$this->table WHERE principaluri = ? AND uri = ?", [$this->principal, $path[0]])
            ?? throw new HttpException(404, 'Sabre\\DAV\\Exception\\NotFound', "{$path[0]} could not be found");
        if (isset($path[1])) {
            match ($method) {
                'GET', 'HEAD' => $this->get($whole, $path[1]),
                'PUT' => $this->put($whole, $path[1]),
                'DELETE' => $this->delete($whole, $path[1]),
                'PROPFIND' => Dav::multistatus([$this->href($whole, $path[1]) => $this->properties($this->require($whole, $path[1]))]),
                default => throw self::unknown(),
            };
            return;
        }
        match ($method) {
            'PROPFIND' => $this->contents($whole),
            'REPORT' => $this->report($whole),
            default => throw self::unknown(),
        };
    }

    private static function unknown(): HttpException
    {
        return new HttpException(405, 'Sabre\\DAV\\Exception\\MethodNotAllowed', 'This method is not supported by the double.');
    }

    private function list(): void
    {
        $found = [$this->home => ['d:resourcetype' => '<d:collection/>'] + Dav::principalOf($this->user)];
        if (($this->web->request->header('Depth') ?? '0') !== '0') {
            $sql = "SELECT * FROM *PREFIX*$this->table WHERE principaluri = ? ORDER BY uri";
            foreach ($this->database->rows($sql, [$this->principal]) as $whole) {
                $found[$this->href($whole)] = $this->described($whole);
            }
        }
        Dav::multistatus($found);
    }

    /** @param array<string, mixed> $whole @return array<string, string> */
    private function described(array $whole): array
    {
        $kind = $this->isCalendar ? '<cal:calendar/>' : '<card:addressbook/>';
        return [
            'd:resourcetype' => "<d:collection/>$kind",
            'd:displayname' => Dav::text($whole['displayname']),
            'd:sync-token' => self::TOKEN . $whole['synctoken'],
            'cs:getctag' => self::TOKEN . $whole['synctoken'],
            'd:supported-report-set' => '<d:supported-report><d:report><d:sync-collection/></d:report></d:supported-report>',
        ] + ($this->isCalendar ? ['cal:supported-calendar-component-set' => '<cal:comp name="VEVENT"/><cal:comp name="VTODO"/>'] : []);
    }

    /** @param array<string, mixed> $whole */
    private function contents(array $whole): void
    {
        $found = [$this->href($whole) => $this->described($whole)];
        if (($this->web->request->header('Depth') ?? '0') !== '0') {
            foreach ($this->itemsOf($whole) as $item) {
                $found[$this->href($whole, $item['uri'])] = $this->properties($item);
            }
        }
        Dav::multistatus($found);
    }

    /** @param array<string, mixed> $whole */
    private function report(array $whole): void
    {
        $xml = @simplexml_load_string($this->web->request->body());
        if ($xml === false) {
            throw new HttpException(400, 'Sabre\\DAV\\Exception\\BadRequest', 'The body is no XML');
        }
        $found = [];
        if ($xml->getName() === 'sync-collection') {
            $this->since($whole, (string) $xml->children('DAV:')->{'sync-token'});
            return;
        }
        if (str_ends_with($xml->getName(), '-multiget')) {
            foreach ($xml->children('DAV:')->href as $href) {
                $item = $this->find($whole, rawurldecode(basename((string) $href)));
                if ($item !== null) {
                    $found[(string) $href] = $this->properties($item, true);
                }
            }
        } else {
            foreach ($this->itemsOf($whole) as $item) {
                $found[$this->href($whole, $item['uri'])] = $this->properties($item, true);
            }
        }
        Dav::multistatus($found);
    }

    /** @param array<string, mixed> $whole */
    private function since(array $whole, string $token): void
    {
        if ($token !== '' && preg_match('#^' . self::TOKEN . '(\d+)$#', $token, $match) !== 1) {
            throw new HttpException(403, 'Sabre\\DAV\\Exception\\InvalidSyncToken', 'Invalid or unknown sync token');
        }
        // A token that is ahead is not refused, as by the real one: it is told of nothing.
        $rows = isset($match)
            ? $this->database->rows(
                "SELECT uri, max(operation) AS operation FROM *PREFIX*$this->changes
                  WHERE $this->of = ? AND synctoken >= ? AND synctoken < ? GROUP BY uri ORDER BY uri",
                [(int) $whole['id'], (int) $match[1], (int) $whole['synctoken']],
            )
            : array_map(static fn (array $item) => ['uri' => $item['uri'], 'operation' => self::ADDED], $this->itemsOf($whole));
        $answers = '';
        foreach ($rows as ['uri' => $uri, 'operation' => $operation]) {
            $item = (int) $operation === self::DELETED ? null : $this->find($whole, $uri);
            $answers .= '<d:response><d:href>' . Dav::text($this->href($whole, $uri)) . '</d:href>' . ($item === null
                ? '<d:status>HTTP/1.1 404 Not Found</d:status>'
                : '<d:propstat><d:prop><d:getetag>"' . $item['etag'] . '"</d:getetag></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>')
                . '</d:response>';
        }
        http_response_code(207);
        header('Content-Type: application/xml; charset=utf-8');
        echo "<?xml version=\"1.0\"?><d:multistatus xmlns:d=\"DAV:\">$answers<d:sync-token>" . self::TOKEN . $whole['synctoken'] . "</d:sync-token></d:multistatus>\n";
    }

    /** @param array<string, mixed> $whole @return list<array<string, mixed>> */
    private function itemsOf(array $whole): array
    {
        $sql = "SELECT uri, etag, encode($this->data, 'base64') AS data FROM *PREFIX*$this->items WHERE $this->of = ?" . $this->living() . ' ORDER BY uri';
        return $this->database->rows($sql, [(int) $whole['id']]);
    }

    /** @param array<string, mixed> $whole @return array<string, mixed>|null */
    private function find(array $whole, string $uri): ?array
    {
        $sql = "SELECT uri, etag, encode($this->data, 'base64') AS data FROM *PREFIX*$this->items WHERE $this->of = ? AND uri = ?" . $this->living();
        return $this->database->row($sql, [(int) $whole['id'], $uri]);
    }

    private function living(): string
    {
        return $this->isCalendar ? ' AND deleted_at IS NULL' : '';
    }

    /** @param array<string, mixed> $whole @return array<string, mixed> */
    private function require(array $whole, string $uri): array
    {
        return $this->find($whole, $uri) ?? throw new HttpException(404, 'Sabre\\DAV\\Exception\\NotFound', "$uri could not be found");
    }

    /** @param array<string, mixed> $item @return array<string, string> */
    private function properties(array $item, bool $whole = false): array
    {
        $text = base64_decode((string) $item['data']);
        $content = $this->isCalendar ? ['cal:calendar-data' => Dav::text($text)] : ['card:address-data' => Dav::text($text)];
        return [
            'd:getetag' => '"' . $item['etag'] . '"',
            'd:resourcetype' => '',
            'd:getcontenttype' => $this->isCalendar ? 'text/calendar; charset=utf-8; component=vevent' : 'text/vcard; charset=utf-8',
        ] + ($whole ? $content : []);
    }

    /** @param array<string, mixed> $whole */
    private function href(array $whole, ?string $uri = null): string
    {
        return $this->home . rawurlencode($whole['uri']) . '/' . ($uri === null ? '' : rawurlencode($uri));
    }

    /** @param array<string, mixed> $whole */
    private function get(array $whole, string $uri): void
    {
        $item = $this->require($whole, $uri);
        header('Content-Type: ' . $this->properties($item)['d:getcontenttype']);
        header("ETag: \"{$item['etag']}\"");
        echo base64_decode((string) $item['data']);
    }

    /** @param array<string, mixed> $whole */
    private function put(array $whole, string $uri): void
    {
        $before = $this->find($whole, $uri);
        Dav::requireMatch($this->web->request, $before['etag'] ?? null);
        $text = $this->web->request->body();
        if ($text === '') {
            throw new HttpException(415, 'Sabre\\DAV\\Exception\\UnsupportedMediaType', 'This resource needs a body');
        }
        $unique = $this->isCalendar ? "($this->of, calendartype, uri)" : "($this->of, uri)";
        $this->database->transaction(function () use ($whole, $uri, $text, $before, $unique): void {
            $this->database->run(
                "INSERT INTO *PREFIX*$this->items ($this->of, uri, $this->data, lastmodified, etag, size) VALUES (?, ?, decode(?, 'base64'), ?, ?, ?)
                 ON CONFLICT $unique DO UPDATE SET $this->data = EXCLUDED.$this->data, lastmodified = EXCLUDED.lastmodified,
                 etag = EXCLUDED.etag, size = EXCLUDED.size",
                [(int) $whole['id'], $uri, base64_encode($text), time(), md5($text), strlen($text)],
            );
            $this->changed($whole, $uri, $before === null ? self::ADDED : self::CHANGED);
        });
        http_response_code($before === null ? 201 : 204);
        header('ETag: "' . md5($text) . '"');
    }

    /** @param array<string, mixed> $whole */
    private function delete(array $whole, string $uri): void
    {
        Dav::requireMatch($this->web->request, $this->require($whole, $uri)['etag']);
        $this->database->transaction(function () use ($whole, $uri): void {
            $this->database->run("DELETE FROM *PREFIX*$this->items WHERE $this->of = ? AND uri = ?", [(int) $whole['id'], $uri]);
            $this->changed($whole, $uri, self::DELETED);
        });
        http_response_code(204);
    }

    /** @param array<string, mixed> $whole */
    private function changed(array $whole, string $uri, int $operation): void
    {
        $this->database->run(
            "INSERT INTO *PREFIX*$this->changes (uri, synctoken, $this->of, operation, created_at) SELECT ?, synctoken, id, ?, ? FROM *PREFIX*$this->table WHERE id = ?",
            [$uri, $operation, time(), (int) $whole['id']],
        );
        $this->database->run("UPDATE *PREFIX*$this->table SET synctoken = synctoken + 1 WHERE id = ?", [(int) $whole['id']]);
    }
}
