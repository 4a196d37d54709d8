<?php

declare(strict_types=1);

namespace CommuneDouble\Sharing;

use CommuneDouble\Federation\HttpFailure;
use CommuneDouble\HttpException;
use CommuneDouble\Web;

/** A share of another server, read where it stands in an account's folder. */
final class RemoteFiles
{
    /** @param array<string, mixed> $share */
    public function __construct(private readonly Web $web, private readonly array $share)
    {
    }

    /** @param string $path of the account, at the share or below it */
    public function answer(string $path): void
    {
        $method = $this->web->request->method;
        if (!in_array($method, ['GET', 'HEAD'], true)) {
            throw new HttpException(405, 'Sabre\\DAV\\Exception\\MethodNotAllowed', 'This method is not supported by the double.');
        }
        $below = substr("/$path", strlen($this->share['mountpoint']));
        $body = $this->ask($method, implode('/', array_map(rawurlencode(...), explode('/', $below))));
        header('Content-Type: application/octet-stream');
        if ($method === 'GET') {
            header('Content-Length: ' . strlen($body));
            echo $body;
        }
    }

    private function ask(string $method, string $path): string
    {
        try {
            $provider = (new Ocm($this->web->server))->discover($this->share['remote']);
            $webdav = $provider['resourceTypes'][0]['protocols']['webdav'] ?? '/public.php/webdav/';
            $url = rtrim($this->share['remote'], '/') . rtrim($webdav, '/') . $path;
            return $this->web->server->http()->send($method, $url, ['auth' => [$this->share['share_token'], '']])->body;
        } catch (HttpFailure $failure) {
            throw in_array($failure->getCode(), [403, 404], true)
                ? new HttpException($failure->getCode(), 'Sabre\\DAV\\Exception', $failure->getMessage())
                : new HttpException(503, 'Sabre\\DAV\\Exception\\ServiceUnavailable', 'Storage is temporarily not available');
        }
    }
}
