<?php

declare(strict_types=1);

namespace CommuneDouble\Sharing;

use CommuneDouble\Web;

/** /ocs/v2.php/apps/files_sharing/api/v1: what an account shares, and what is shared with it. */
final class SharesApi
{
    /** @return array<string, callable(Web, ?string, array<string, string>): mixed> by method and path below the app's */
    public static function routes(): array
    {
        $incoming = static fn (Web $web) => new Incoming($web->server);
        $done = static function (callable $work): array {
            $work();
            return [];
        };
        return [
            'GET /shares' => static fn (Web $web, ?string $user) => (new Outgoing($web->server))->list((string) $user),
            'POST /shares' => static fn (Web $web, ?string $user) => (new Outgoing($web->server))->create($web, (string) $user),
            'DELETE /shares/(?<id>\d+)' => static fn (Web $web, ?string $user, array $path) => $done(static fn () => (new Outgoing($web->server))->remove((string) $user, (int) $path['id'])),
            'GET /remote_shares' => static fn (Web $web, ?string $user) => $incoming($web)->list((string) $user, true),
            'GET /remote_shares/pending' => static fn (Web $web, ?string $user) => $incoming($web)->list((string) $user, false),
            'POST /remote_shares/pending/(?<id>\d+)' => static fn (Web $web, ?string $user, array $path) => $done(static fn () => $incoming($web)->accept((string) $user, (int) $path['id'])),
            'DELETE /remote_shares/pending/(?<id>\d+)' => static fn (Web $web, ?string $user, array $path) => $done(static fn () => $incoming($web)->decline((string) $user, (int) $path['id'], 'wrong share ID, share does not exist.')),
            'DELETE /remote_shares/(?<id>\d+)' => static fn (Web $web, ?string $user, array $path) => $done(static fn () => $incoming($web)->decline((string) $user, (int) $path['id'], 'Share does not exist')),
        ];
    }
}
