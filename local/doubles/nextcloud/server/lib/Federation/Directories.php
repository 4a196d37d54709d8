<?php

declare(strict_types=1);

namespace CommuneDouble\Federation;

use CommuneDouble\Server;

/** Reads the accounts of every trusted server: what `occ federation:sync-addressbooks` and the daily job do. */
final class Directories
{
    public const JOB = 'OCA\\Federation\\SyncJob';

    /** @param callable(string, \Throwable|null): void $tell gets each server, and what went wrong with it */
    public static function read(Server $server, callable $tell): void
    {
        $servers = new TrustedServers($server);
        $books = new SystemAddressBook($server);
        foreach ($servers->all() as ['url' => $url, 'shared_secret' => $secret, 'sync_token' => $token]) {
            $tell($url, null);
            if ($secret === null) {
                $server->log->write('debug', "Shared secret for $url is null", 'federation');
                continue;
            }
            try {
                $servers->setStatus($url, TrustedServers::OK, $books->read($url, $secret, $token));
            } catch (\RuntimeException $error) {
                $revoked = $error->getCode() === 401;
                $servers->setStatus($url, $revoked ? TrustedServers::REVOKED : TrustedServers::FAILURE);
                $server->log->write('error', "Server sync for $url failed" . ($revoked ? ' because of revoked access: ' : ': ') . $error->getMessage(), 'federation');
                $tell($url, $error);
            }
        }
    }
}
