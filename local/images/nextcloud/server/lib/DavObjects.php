<?php

declare(strict_types=1);

namespace CommuneDouble;

/** Events in a user's agendas and cards in the address books: kept in the database, byte for byte. */
final class DavObjects
{
    private const KINDS = [
        'calendar' => ['calendars', 'calendarobjects', 'calendarid', 'calendardata', 'text/calendar', 'BEGIN:VCALENDAR', 'cal:calendar', '/remote.php/dav/calendars/'],
        'addressbook' => ['addressbooks', 'cards', 'addressbookid', 'carddata', 'text/vcard', 'BEGIN:VCARD', 'card:addressbook', '/remote.php/dav/addressbooks/users/'],
    ];

    private readonly string $table;
    private readonly string $objects;
    private readonly string $key;
    private readonly string $data;
    private readonly string $type;
    private readonly string $begins;
    private readonly string $element;
    private readonly string $base;
    private readonly Database $database;

    public function __construct(private readonly Web $web, private readonly string $user, string $kind)
    {
        [$this->table, $this->objects, $this->key, $this->data, $this->type, $this->begins, $this->element, $home] = self::KINDS[$kind];
        $this->base = $home . rawurlencode($user) . '/';
        $this->database = $web->server->database();
    }

    /** @param string $collection '' for the home of all, @param string $uri '' for the collection itself */
    public function answer(string $collection, string $uri): void
    {
        $method = $this->web->request->method;
        if ($collection === '') {
            $this->requireMethod($method, ['PROPFIND']);
            $this->home();
            return;
        }
        $row = $this->database->row(
            "SELECT id, uri, displayname, synctoken FROM *PREFIX*$this->table WHERE principaluri = ? AND uri = ?",
            ["principals/users/$this->user", $collection],
        ) ?? throw new HttpException(404, 'Sabre\\DAV\\Exception\\NotFound', "Node with name '$collection' could not be found");
        if ($uri === '') {
            $this->requireMethod($method, ['PROPFIND']);
            $this->list($row);
            return;
        }
        $this->requireMethod($method, ['GET', 'HEAD', 'PUT', 'DELETE']);
        $object = $this->database->row(
            "SELECT etag, size, encode($this->data, 'base64') AS data FROM *PREFIX*$this->objects WHERE $this->key = ? AND uri = ?",
            [$row['id'], $uri],
        );
        if ($method === 'PUT') {
            $this->put($row, $uri, $object);
        } elseif ($object === null) {
            throw new HttpException(404, 'Sabre\\DAV\\Exception\\NotFound', "$uri not found");
        } elseif ($method === 'DELETE') {
            Dav::requireMatch($this->web->request, $object['etag']);
            $this->database->run("DELETE FROM *PREFIX*$this->objects WHERE $this->key = ? AND uri = ?", [$row['id'], $uri]);
            $this->changed($row);
            http_response_code(204);
        } else {
            header("ETag: \"{$object['etag']}\"");
            header("Content-Type: $this->type; charset=utf-8");
            header('Content-Length: ' . $object['size']);
            echo $method === 'GET' ? base64_decode($object['data']) : '';
        }
    }

    /** @param list<string> $allowed */
    private function requireMethod(string $method, array $allowed): void
    {
        if (!in_array($method, $allowed, true)) {
            throw new HttpException(405, 'Sabre\\DAV\\Exception\\MethodNotAllowed', 'This method is not supported by the double.');
        }
    }

    /** @param array<string, mixed> $row @param array<string, mixed>|null $before */
    private function put(array $row, string $uri, ?array $before): void
    {
        Dav::requireMatch($this->web->request, $before['etag'] ?? null);
        $body = (string) file_get_contents('php://input');
        if (!str_starts_with(ltrim($body, "\xEF\xBB\xBF \r\n"), $this->begins)) {
            throw new HttpException(415, 'Sabre\\DAV\\Exception\\UnsupportedMediaType', "This resource only supports $this->type data.");
        }
        $stream = fopen('php://memory', 'r+b');
        fwrite($stream, $body);
        rewind($stream);
        $this->database->run(
            "INSERT INTO *PREFIX*$this->objects ($this->key, uri, $this->data, lastmodified, etag, size) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT ($this->key, uri) DO UPDATE SET $this->data = EXCLUDED.$this->data,
             lastmodified = EXCLUDED.lastmodified, etag = EXCLUDED.etag, size = EXCLUDED.size",
            [$row['id'], $uri, $stream, time(), md5($body), strlen($body)],
        );
        $this->changed($row);
        header('ETag: "' . md5($body) . '"');
        http_response_code($before === null ? 201 : 204);
    }

    /** @param array<string, mixed> $row */
    private function changed(array $row): void
    {
        $this->database->run("UPDATE *PREFIX*$this->table SET synctoken = synctoken + 1 WHERE id = ?", [$row['id']]);
    }

    private function home(): void
    {
        $resources = [$this->base => ['d:resourcetype' => '<d:collection/>']];
        $sql = "SELECT uri, displayname, synctoken FROM *PREFIX*$this->table WHERE principaluri = ? ORDER BY uri";
        foreach ($this->database->rows($sql, ["principals/users/$this->user"]) as $row) {
            $resources[$this->base . rawurlencode($row['uri']) . '/'] = $this->collection($row);
        }
        Dav::multistatus($resources);
    }

    /** @param array<string, mixed> $row */
    private function list(array $row): void
    {
        $href = $this->base . rawurlencode($row['uri']) . '/';
        $resources = [$href => $this->collection($row)];
        if (($this->web->request->header('Depth') ?? '1') !== '0') {
            $sql = "SELECT uri, etag, size FROM *PREFIX*$this->objects WHERE $this->key = ? ORDER BY uri";
            foreach ($this->database->rows($sql, [$row['id']]) as $object) {
                $resources[$href . rawurlencode($object['uri'])] = [
                    'd:getetag' => '"' . $object['etag'] . '"',
                    'd:getcontenttype' => "$this->type; charset=utf-8",
                    'd:getcontentlength' => (string) $object['size'],
                    'd:resourcetype' => '',
                ];
            }
        }
        Dav::multistatus($resources);
    }

    /** @param array<string, mixed> $row @return array<string, string> */
    private function collection(array $row): array
    {
        return [
            'd:resourcetype' => "<d:collection/><$this->element/>",
            'd:displayname' => Dav::text($row['displayname']),
            'd:sync-token' => 'http://sabre.io/ns/sync/' . $row['synctoken'],
        ];
    }
}
