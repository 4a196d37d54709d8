<?php

declare(strict_types=1);

namespace CommuneDouble\Sharing;

use CommuneDouble\Federation\TrustedServers;
use CommuneDouble\Server;

/** Files of other servers that are shared with accounts here, in the account's own folder. */
final class Incoming
{
    public function __construct(private readonly Server $server)
    {
    }

    /** Keeps what another server offers. It can be read when that server is trusted; nobody can say yes to another one. */
    public function receive(string $remote, string $remoteId, string $token, string $name, string $owner, string $user): void
    {
        $name = ltrim($name, '/');
        $trusted = (new TrustedServers($this->server))->isTrusted($remote);
        $this->server->database()->run(
            'INSERT INTO *PREFIX*share_external (remote, remote_id, share_token, name, owner, "user", mountpoint, accepted)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
            [$remote, $remoteId, $token, "/$name", $owner, $user, '/' . $this->freeName($user, $name), $trusted ? 1 : 0],
        );
    }

    /** The share that a path of an account lies in; null when it is the account's own. @return array<string, mixed>|null */
    public function at(string $user, string $path): ?array
    {
        return $this->server->database()->row(
            'SELECT remote, share_token, mountpoint FROM *PREFIX*share_external WHERE "user" = ? AND accepted = 1 AND (mountpoint = ? OR starts_with(?, mountpoint || \'/\'))',
            [$user, "/$path", "/$path"],
        );
    }

    private function freeName(string $user, string $name): string
    {
        $known = fn (string $candidate): bool => $this->server->database()->row(
            'SELECT 1 FROM *PREFIX*share_external WHERE "user" = ? AND mountpoint = ?',
            [$user, "/$candidate"],
        ) !== null;
        ['filename' => $base] = pathinfo($name);
        $ending = substr($name, strlen($base));
        for ($free = $name, $number = 2; $known($free) || $this->server->files()->find($user, $free) !== null; $number++) {
            $free = "$base ($number)$ending";
        }
        return $free;
    }
}
