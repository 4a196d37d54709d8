<?php

declare(strict_types=1);

namespace CommuneDouble\Federation;

use CommuneDouble\Dav;
use CommuneDouble\HttpException;
use CommuneDouble\Server;
use CommuneDouble\Web;

/** The address book of all accounts, which trusted servers read, and the copies of theirs. */
final class SystemAddressBook
{
    private const PRINCIPAL = 'principals/system/system';
    private const BASE = '/remote.php/dav/addressbooks/system/system/';
    private const TOKEN = 'http://sabre.io/ns/sync/';

    public function __construct(private readonly Server $server)
    {
    }

    /** Brings the own book up to the accounts (occ dav:sync-system-addressbook). */
    public function update(): void
    {
        $book = $this->make('system', 'system');
        $accounts = $this->server->users()->all();
        foreach ($accounts as $uid => $name) {
            $this->write($book, "Database:$uid.vcf", $this->card((string) $uid, $name));
        }
        $sql = 'SELECT uri FROM *PREFIX*cards WHERE addressbookid = ?';
        foreach ($this->server->database()->rows($sql, [$book]) as ['uri' => $uri]) {
            if (!isset($accounts[preg_replace('/^Database:|\.vcf$/', '', $uri)])) {
                $this->delete($book, $uri);
            }
        }
    }

    /** Brings the copy of a trusted server's book up to date; returns the token of what was read. Throws HttpFailure. */
    public function read(string $url, string $secret, ?string $token): string
    {
        $endpoints = (new Discovery($this->server))->endpoints($url);
        $user = $endpoints['carddav-user'] ?? 'system';
        $path = trim($endpoints['system-address-book'] ?? 'remote.php/dav/addressbooks/system/system/system', '/');
        $book = $this->make(TrustedServers::hash($url), $url);
        $auth = [$user, $secret];
        $body = '<?xml version="1.0" encoding="UTF-8"?><d:sync-collection xmlns:d="DAV:"><d:sync-token>' . Dav::text((string) $token)
            . '</d:sync-token><d:prop><d:getcontenttype/><d:getetag/></d:prop></d:sync-collection>';
        try {
            $answer = $this->server->http()->send('REPORT', rtrim($url, '/') . "/$path", [
                'auth' => $auth,
                'body' => $body,
                'headers' => ['Content-Type' => 'application/xml'],
                'timeout' => $this->server->config->int('carddav_sync_request_timeout', 30),
            ]);
        } catch (HttpFailure $failure) {
            if ($failure->getCode() === 401) {
                $this->forget(TrustedServers::hash($url));
            }
            throw $failure;
        }
        $xml = @simplexml_load_string($answer->body);
        if ($xml === false) {
            throw new \RuntimeException('The answer is no XML.');
        }
        $xml->registerXPathNamespace('d', 'DAV:');
        foreach ($xml->xpath('d:response') ?: [] as $response) {
            $parts = $response->children('DAV:');
            $card = rawurldecode(basename((string) $parts->href));
            if (str_contains((string) $parts->propstat->status, ' 200 ')) {
                $this->write($book, $card, $this->server->http()->send('GET', self::origin($url) . $parts->href, ['auth' => $auth])->body);
            } else {
                $this->delete($book, $card);
            }
        }
        return (string) ($xml->xpath('d:sync-token')[0] ?? '');
    }

    public function forget(string $uri): void
    {
        $database = $this->server->database();
        $book = $database->row('DELETE FROM *PREFIX*addressbooks WHERE principaluri = ? AND uri = ? RETURNING id', [self::PRINCIPAL, $uri]);
        foreach (['cards', 'addressbookchanges'] as $table) {
            $database->run("DELETE FROM *PREFIX*$table WHERE addressbookid = ?", [(int) ($book['id'] ?? 0)]);
        }
    }

    /** Answers a trusted server. @param list<string> $path what follows addressbooks/system/system */
    public function answer(Web $web, array $path): void
    {
        $database = $this->server->database();
        $book = $database->row('SELECT id, synctoken FROM *PREFIX*addressbooks WHERE principaluri = ? AND uri = ?', [self::PRINCIPAL, $path[0] ?? ''])
            ?? throw new HttpException(404, 'Sabre\\DAV\\Exception\\NotFound', "Addressbook with name '" . ($path[0] ?? '') . "' could not be found");
        if (isset($path[1]) && in_array($web->request->method, ['GET', 'HEAD'], true)) {
            $card = $database->row(
                "SELECT etag, encode(carddata, 'base64') AS data FROM *PREFIX*cards WHERE addressbookid = ? AND uri = ?",
                [$book['id'], $path[1]],
            ) ?? throw new HttpException(404, 'Sabre\\DAV\\Exception\\NotFound', 'Card not found');
            header('Content-Type: text/vcard; charset=utf-8');
            header("ETag: \"{$card['etag']}\"");
            echo base64_decode($card['data']);
            return;
        }
        if ($web->request->method !== 'REPORT' || isset($path[1])) {
            throw new HttpException(405, 'Sabre\\DAV\\Exception\\MethodNotAllowed', 'This method is not supported by the double.');
        }
        $this->report((int) $book['id'], (int) $book['synctoken'], $web->request->body());
    }

    private function report(int $book, int $now, string $body): void
    {
        $xml = @simplexml_load_string($body);
        if ($xml === false || $xml->getName() !== 'sync-collection') {
            throw new HttpException(403, 'Sabre\\DAV\\Exception\\ReportNotSupported', 'The report is not supported by the double.');
        }
        $token = (string) $xml->children('DAV:')->{'sync-token'};
        if ($token !== '' && preg_match('#^' . self::TOKEN . '(\d+)$#', $token, $match) !== 1) {
            throw new HttpException(403, 'Sabre\\DAV\\Exception\\InvalidSyncToken', 'Invalid or unknown sync token');
        }
        $since = isset($match) ? (int) $match[1] : null;
        $rows = $since === null
            ? $this->server->database()->rows('SELECT uri, 1 AS operation FROM *PREFIX*cards WHERE addressbookid = ? ORDER BY uri', [$book])
            : $this->server->database()->rows(
                'SELECT DISTINCT ON (uri) uri, operation FROM *PREFIX*addressbookchanges WHERE addressbookid = ? AND synctoken >= ? ORDER BY uri, synctoken DESC, id DESC',
                [$book, $since],
            );
        http_response_code(207);
        header('Content-Type: application/xml; charset=utf-8');
        echo '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">';
        foreach ($rows as ['uri' => $uri, 'operation' => $operation]) {
            $href = '<d:href>' . self::BASE . 'system/' . rawurlencode($uri) . '</d:href>';
            echo (int) $operation === 3
                ? "<d:response>$href<d:status>HTTP/1.1 404 Not Found</d:status></d:response>"
                : "<d:response>$href<d:propstat><d:prop><d:getcontenttype>text/vcard; charset=utf-8</d:getcontenttype></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>";
        }
        echo '<d:sync-token>' . self::TOKEN . $now . "</d:sync-token></d:multistatus>\n";
    }

    private static function origin(string $url): string
    {
        $parts = parse_url($url) ?: [];
        return ($parts['scheme'] ?? 'https') . '://' . ($parts['host'] ?? '') . (isset($parts['port']) ? ":{$parts['port']}" : '');
    }

    private function make(string $uri, string $name): int
    {
        $row = $this->server->database()->row(
            'INSERT INTO *PREFIX*addressbooks (principaluri, displayname, uri) VALUES (?, ?, ?)
             ON CONFLICT (principaluri, uri) DO UPDATE SET displayname = EXCLUDED.displayname RETURNING id',
            [self::PRINCIPAL, $name, $uri],
        );
        return (int) ($row['id'] ?? 0);
    }

    private function write(int $book, string $uri, string $card): void
    {
        $new = $this->server->database()->row('SELECT 1 FROM *PREFIX*cards WHERE addressbookid = ? AND uri = ?', [$book, $uri]) === null;
        $this->server->database()->run(
            "INSERT INTO *PREFIX*cards (addressbookid, uri, carddata, lastmodified, etag, size) VALUES (?, ?, decode(?, 'base64'), ?, ?, ?)
             ON CONFLICT (addressbookid, uri) DO UPDATE SET carddata = EXCLUDED.carddata,
             lastmodified = EXCLUDED.lastmodified, etag = EXCLUDED.etag, size = EXCLUDED.size",
            [$book, $uri, base64_encode($card), time(), md5($card), strlen($card)],
        );
        $this->changed($book, $uri, $new ? 1 : 2);
    }

    private function delete(int $book, string $uri): void
    {
        $this->server->database()->run('DELETE FROM *PREFIX*cards WHERE addressbookid = ? AND uri = ?', [$book, $uri]);
        $this->changed($book, $uri, 3);
    }

    /** @param int $operation 1 added, 2 changed, 3 deleted */
    private function changed(int $book, string $uri, int $operation): void
    {
        $this->server->database()->run(
            'INSERT INTO *PREFIX*addressbookchanges (uri, synctoken, addressbookid, operation) SELECT ?, synctoken, id, ? FROM *PREFIX*addressbooks WHERE id = ?',
            [$uri, $operation, $book],
        );
        $this->server->database()->run('UPDATE *PREFIX*addressbooks SET synctoken = synctoken + 1 WHERE id = ?', [$book]);
    }

    private function card(string $uid, string $name): string
    {
        $escape = static fn (string $text) => strtr($text, ['\\' => '\\\\', ',' => '\\,', ';' => '\\;', "\n" => '\\n']);
        $lines = ['BEGIN:VCARD', 'VERSION:4.0', 'PRODID:-//commune-cloud//double//EN', 'UID:' . $escape($uid), 'FN:' . $escape($name), 'N:' . $escape($name) . ';;;;'];
        $mail = $this->server->settings()->preference($uid, 'settings', 'email', '');
        if ($mail !== '' && $mail !== null) {
            $lines[] = 'EMAIL;TYPE=OTHER:' . $escape($mail);
        }
        $lines[] = 'CLOUD:' . $escape($this->server->cloudId($uid));
        return implode("\r\n", [...$lines, 'END:VCARD', '']);
    }
}
