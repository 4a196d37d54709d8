<?php

declare(strict_types=1);

namespace CommuneDouble\Sharing;

use CommuneDouble\Federation\TrustedServers;
use CommuneDouble\HttpException;
use CommuneDouble\Server;

/** Files of other servers that are shared with accounts here: waiting for a yes, or in the account's own folder. */
final class Incoming
{
    private const COLUMNS = 'id, remote, remote_id, share_token, name, owner, "user", mountpoint, accepted';

    public function __construct(private readonly Server $server)
    {
    }

    /** Keeps what another server offers; accepts it at once when that server is trusted. */
    public function receive(string $remote, string $remoteId, string $token, string $name, string $owner, string $user): void
    {
        $name = '/' . ltrim($name, '/');
        $row = $this->server->database()->row(
            'INSERT INTO *PREFIX*share_external (remote, remote_id, share_token, name, owner, "user", mountpoint, accepted)
             VALUES (?, ?, ?, ?, ?, ?, ?, 0) RETURNING id',
            [$remote, $remoteId, $token, $name, $owner, $user, '{{TemporaryMountPointName#' . $name . '}}-' . bin2hex(random_bytes(4))],
        );
        $automatic = $this->server->settings()->get('files_sharing', 'federatedTrustedShareAutoAccept', 'yes') === 'yes';
        if ($automatic && (new TrustedServers($this->server))->isTrusted($remote)) {
            $this->accept($user, (int) ($row['id'] ?? 0));
        }
    }

    /** @return list<array<string, mixed>> those that wait, or those that were accepted */
    public function list(string $user, bool $accepted): array
    {
        $sql = 'SELECT ' . self::COLUMNS . ' FROM *PREFIX*share_external WHERE "user" = ? AND accepted = ? ORDER BY id';
        $rows = $this->server->database()->rows($sql, [$user, $accepted ? 1 : 0]);
        return array_map(static fn (array $row) => [...$row, 'id' => (int) $row['id'], 'accepted' => (int) $row['accepted']], $rows);
    }

    public function accept(string $user, int $id): void
    {
        $share = $this->require($user, $id, 'wrong share ID, share does not exist.');
        $this->server->database()->run(
            'UPDATE *PREFIX*share_external SET accepted = 1, mountpoint = ? WHERE id = ?',
            ['/' . $this->freeName($user, ltrim($share['name'], '/')), $id],
        );
        $this->tell($share, 'SHARE_ACCEPTED', 'Recipient accept the share');
    }

    /** Says no to one that waits, or gives back one that was accepted. */
    public function decline(string $user, int $id, string $missing): void
    {
        $share = $this->require($user, $id, $missing);
        $this->server->database()->run('DELETE FROM *PREFIX*share_external WHERE id = ?', [$id]);
        $this->tell($share, 'SHARE_DECLINED', 'Recipient declined the share');
    }

    /** The owner has taken it back. */
    public function withdrawn(string $remoteId, string $token): void
    {
        $gone = $this->server->database()->row(
            'DELETE FROM *PREFIX*share_external WHERE remote_id = ? AND share_token = ? RETURNING id',
            [$remoteId, $token],
        );
        if ($gone === null) {
            throw new HttpException(400, '400', 'share not found');
        }
    }

    public function hostOf(string $token): ?string
    {
        $row = $this->server->database()->row('SELECT remote FROM *PREFIX*share_external WHERE share_token = ?', [$token]);
        return $row === null ? null : trim((string) preg_replace('#^https?://#', '', $row['remote']), '/');
    }

    /** The share that a path of an account lies in; null when it is the account's own. @return array<string, mixed>|null */
    public function at(string $user, string $path): ?array
    {
        return $this->server->database()->row(
            'SELECT ' . self::COLUMNS . ' FROM *PREFIX*share_external WHERE "user" = ? AND accepted = 1 AND (mountpoint = ? OR starts_with(?, mountpoint || \'/\'))',
            [$user, "/$path", "/$path"],
        );
    }

    /** @return array<string, mixed> */
    private function require(string $user, int $id, string $missing): array
    {
        $sql = 'SELECT ' . self::COLUMNS . ' FROM *PREFIX*share_external WHERE id = ? AND "user" = ?';
        return $this->server->database()->row($sql, [$id, $user]) ?? throw new HttpException(404, '404', $missing);
    }

    private function freeName(string $user, string $name): string
    {
        $taken = fn (string $candidate): bool => $this->server->files()->find($user, $candidate) !== null || $this->at($user, $candidate) !== null;
        ['filename' => $base] = pathinfo($name);
        $ending = substr($name, strlen($base));
        for ($free = $name, $number = 2; $taken($free); $number++) {
            $free = "$base ($number)$ending";
        }
        return $free;
    }

    /** @param array<string, mixed> $share */
    private function tell(array $share, string $type, string $message): void
    {
        (new Ocm($this->server))->post($share['remote'], 'notifications', [
            'notificationType' => $type,
            'resourceType' => 'file',
            'providerId' => $share['remote_id'],
            'notification' => ['sharedSecret' => $share['share_token'], 'message' => $message],
        ]);
    }
}
