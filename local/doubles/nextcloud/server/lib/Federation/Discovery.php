<?php

declare(strict_types=1);

namespace CommuneDouble\Federation;

use CommuneDouble\Server;

/** Where another server says that its federation is, and where this one says its own is (/ocs-provider/). */
final class Discovery
{
    private const DAY = 86400;

    public function __construct(private readonly Server $server)
    {
    }

    /** @return array<string, string> paths by use; empty, for a day too, when the server does not say */
    public function endpoints(string $remote): array
    {
        $key = "ocs-discovery/$remote#FEDERATED_SHARING";
        $known = json_decode($this->server->cache()->get($key) ?? 'null', true);
        if (is_array($known)) {
            return $known;
        }
        $found = [];
        try {
            $answer = $this->server->http()->send('GET', "$remote/ocs-provider/", ['timeout' => 10]);
            $found = $answer->json()['services']['FEDERATED_SHARING']['endpoints'] ?? [];
        } catch (HttpFailure) {
            // The default paths are tried.
        }
        $safe = array_filter((array) $found, static fn ($path) => is_string($path) && preg_match('/^[\/\.\-A-Za-z0-9]+$/', $path) === 1);
        $this->server->cache()->set($key, (string) json_encode($safe), self::DAY);
        return $safe;
    }

    /** @return array<string, mixed> */
    public static function own(Server $server): array
    {
        $apps = $server->apps();
        $services = [
            'PRIVATE_DATA' => ['version' => 1, 'endpoints' => [
                'store' => '/ocs/v2.php/privatedata/setattribute',
                'read' => '/ocs/v2.php/privatedata/getattribute',
                'delete' => '/ocs/v2.php/privatedata/deleteattribute',
            ]],
        ];
        $federated = [];
        if ($apps->isEnabled('files_sharing')) {
            $services['SHARING'] = ['version' => 1, 'endpoints' => ['share' => '/ocs/v2.php/apps/files_sharing/api/v1/shares']];
            $federated = ['share' => '/ocs/v2.php/cloud/shares', 'webdav' => '/public.php/webdav/'];
        }
        if ($apps->isEnabled('federation')) {
            $federated += [
                'shared-secret' => '/ocs/v2.php/cloud/shared-secret',
                'system-address-book' => '/remote.php/dav/addressbooks/system/system/system',
                'carddav-user' => 'system',
            ];
        }
        if ($federated !== []) {
            $services['FEDERATED_SHARING'] = ['version' => 1, 'endpoints' => $federated];
        }
        return ['version' => 2, 'services' => $services];
    }
}
