<?php

declare(strict_types=1);

namespace CommuneDouble\Federation;

use CommuneDouble\HttpException;
use CommuneDouble\Web;

/** /ocs/v2.php/apps/federation/trusted-servers: the list, for administrators and those it is delegated to. */
final class TrustedServersApi
{
    /** @return list<array{url: string, id: int, status: int}> */
    public static function list(Web $web): array
    {
        return array_map(
            static fn (array $row) => ['url' => $row['url'], 'id' => (int) $row['id'], 'status' => (int) $row['status']],
            (new TrustedServers($web->server))->all(),
        );
    }

    /** @return array{url: string, id: int, message: string} */
    public static function add(Web $web): array
    {
        $servers = new TrustedServers($web->server);
        $url = $web->request->required('url');
        if ($servers->isTrusted(trim($url))) {
            throw new HttpException(409, '409', 'Server is already in the list of trusted servers.');
        }
        if (!$servers->isNextcloud(trim($url))) {
            throw new HttpException(404, '404', 'No server to federate with found');
        }
        return ['url' => $url, 'id' => $servers->add(trim($url)), 'message' => 'Added to the list of trusted servers'];
    }

    /** @param array{id: string} $path @return array{id: int} */
    public static function remove(Web $web, ?string $user, array $path): array
    {
        $servers = new TrustedServers($web->server);
        $id = (int) $path['id'];
        if ($servers->byId($id) === null) {
            throw new HttpException(404, '404', "No server found with ID: $id");
        }
        $servers->remove($id);
        return ['id' => $id];
    }
}
