<?php

declare(strict_types=1);

namespace CommuneDouble\Sharing;

use CommuneDouble\Dav;
use CommuneDouble\Federation\HttpFailure;
use CommuneDouble\Federation\HttpResponse;
use CommuneDouble\HttpException;
use CommuneDouble\Web;

/** A share of another server, read and written where it stands in an account's folder. */
final class RemoteFiles
{
    /** @param array<string, mixed> $share @param string $base where the account's root is, in URLs */
    public function __construct(private readonly Web $web, private readonly array $share, private readonly string $base)
    {
    }

    /** @param string $path of the account, at the share or below it */
    public function answer(string $path): void
    {
        $method = $this->web->request->method;
        $below = substr("/$path", strlen($this->share['mountpoint']));
        if ($method === 'DELETE' && $below === '') {
            (new Incoming($this->web->server))->decline($this->share['user'], (int) $this->share['id'], '');
            http_response_code(204);
            return;
        }
        $answer = match ($method) {
            'GET', 'HEAD', 'DELETE' => $this->ask($method, $below),
            'PUT' => $this->ask('PUT', $below, ['body' => $this->web->request->body()]),
            'PROPFIND' => $this->ask('PROPFIND', $below, ['headers' => ['Depth' => $this->web->request->header('Depth') ?? '1']]),
            default => throw new HttpException(405, 'Sabre\\DAV\\Exception\\MethodNotAllowed', 'This method is not supported by the double.'),
        };
        http_response_code($answer->status);
        if ($method === 'PROPFIND') {
            header('Content-Type: application/xml; charset=utf-8');
            $here = $this->base . implode('/', array_map(rawurlencode(...), explode('/', $this->share['mountpoint'])));
            echo str_replace('<d:href>/public.php/webdav', '<d:href>' . Dav::text($here), $answer->body);
        } elseif ($method === 'GET') {
            header('Content-Type: application/octet-stream');
            header('Content-Length: ' . strlen($answer->body));
            echo $answer->body;
        }
    }

    /** @param array<string, mixed> $options */
    private function ask(string $method, string $below, array $options = []): HttpResponse
    {
        $path = implode('/', array_map(rawurlencode(...), explode('/', $below)));
        try {
            $provider = (new Ocm($this->web->server))->discover($this->share['remote']);
            $webdav = $provider['resourceTypes'][0]['protocols']['webdav'] ?? '/public.php/webdav/';
            $url = rtrim($this->share['remote'], '/') . rtrim($webdav, '/') . $path;
            return $this->web->server->http()->send($method, $url, [...$options, 'auth' => [$this->share['share_token'], '']]);
        } catch (HttpFailure $failure) {
            $known = in_array($failure->getCode(), [403, 404, 405, 409, 412, 423, 507], true);
            throw $known
                ? new HttpException($failure->getCode(), 'Sabre\\DAV\\Exception', $failure->getMessage())
                : new HttpException(503, 'Sabre\\DAV\\Exception\\ServiceUnavailable', 'Storage is temporarily not available');
        }
    }
}
