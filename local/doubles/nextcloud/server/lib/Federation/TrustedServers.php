<?php

declare(strict_types=1);

namespace CommuneDouble\Federation;

use CommuneDouble\Installer;
use CommuneDouble\Jobs;
use CommuneDouble\Server;

/** The servers that this one trusts: each side keeps its own list, and a secret that both made together. */
final class TrustedServers
{
    /** A directory of accounts has been read at least once. */
    public const OK = 1;
    /** No shared secret yet, or no directory yet. */
    public const PENDING = 2;
    public const FAILURE = 3;
    /** The other server does not know the secret any more. */
    public const REVOKED = 4;

    public function __construct(private readonly Server $server)
    {
    }

    /** What two spellings of one server have in common. */
    public static function hash(string $url): string
    {
        $bare = (string) preg_replace('#^https?://#', '', $url);
        return sha1(trim((string) preg_replace('#/+#', '/', $bare), '/'));
    }

    /** @return list<array<string, mixed>> */
    public function all(): array
    {
        return $this->server->database()->rows('SELECT id, url, url_hash, status, shared_secret, sync_token FROM *PREFIX*trusted_servers ORDER BY id');
    }

    public function isTrusted(string $url): bool
    {
        return $this->find($url) !== null;
    }

    /** @return array<string, mixed>|null */
    public function find(string $url): ?array
    {
        return $this->server->database()->row('SELECT * FROM *PREFIX*trusted_servers WHERE url_hash = ?', [self::hash($url)]);
    }

    /** @return array<string, mixed>|null */
    public function byId(int $id): ?array
    {
        return $this->server->database()->row('SELECT * FROM *PREFIX*trusted_servers WHERE id = ?', [$id]);
    }

    /** Writes the server down and leaves the exchange of a secret to the background jobs. Returns the id. */
    public function add(string $url): int
    {
        $full = preg_match('#^https?://#', $url) === 1 ? $url : "https://$url";
        $token = Installer::random(16);
        $row = $this->server->database()->row(
            'INSERT INTO *PREFIX*trusted_servers (url, url_hash, token) VALUES (?, ?, ?) RETURNING id',
            [rtrim($full, '/'), self::hash($full), $token],
        );
        Jobs::add($this->server->database(), SecretExchange::REQUEST, ['url' => $full, 'token' => $token, 'created' => time()]);
        return (int) ($row['id'] ?? 0);
    }

    /** Forgets the server and the accounts that were read from it. The other side keeps its own entry. */
    public function remove(int $id): void
    {
        $row = $this->byId($id);
        $this->server->database()->run('DELETE FROM *PREFIX*trusted_servers WHERE id = ?', [$id]);
        if ($row !== null) {
            (new SystemAddressBook($this->server))->forget($row['url_hash']);
        }
    }

    public function setSecret(string $url, string $secret): void
    {
        $this->server->database()->run('UPDATE *PREFIX*trusted_servers SET shared_secret = ? WHERE url_hash = ?', [$secret, self::hash($url)]);
    }

    public function setStatus(string $url, int $status, ?string $syncToken = null): void
    {
        $this->server->database()->run(
            'UPDATE *PREFIX*trusted_servers SET status = ?, sync_token = COALESCE(?, sync_token) WHERE url_hash = ?',
            [$status, $syncToken, self::hash($url)],
        );
    }

    /** Whether name and password are those of a server that this one trusts. */
    public function opens(string $name, string $password): bool
    {
        return $name === 'system'
            && $this->server->database()->row('SELECT 1 FROM *PREFIX*trusted_servers WHERE shared_secret = ?', [$password]) !== null;
    }

    /** Whether a Nextcloud of version 9 or newer answers there within 3 seconds. */
    public function isNextcloud(string $url): bool
    {
        try {
            $answer = $this->server->http()->send('GET', "$url/status.php", ['timeout' => 3, 'peer' => true]);
        } catch (HttpFailure $failure) {
            $this->server->log->write('error', 'No Nextcloud server. ' . $failure->getMessage(), 'federation');
            return false;
        }
        $version = $answer->json()['version'] ?? null;
        return $answer->status === 200 && is_string($version) && version_compare($version, '9.0.0', '>=');
    }
}
