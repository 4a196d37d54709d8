<?php

declare(strict_types=1);

namespace CommuneDouble\Sharing;

use CommuneDouble\Federation\HttpFailure;
use CommuneDouble\HttpException;
use CommuneDouble\Server;
use CommuneDouble\Web;

/**
 * Open Cloud Mesh between two doubles, as far as test/cluster/federation.test.ts needs it: one file, shared with a
 * trusted server and read there, shows that the fronts, the network policies, the authorities and the switches of
 * `files_sharing` let it through. Nothing is signed, and nothing is taken back.
 */
final class Ocm
{
    private const DAY = 86400;

    public function __construct(private readonly Server $server)
    {
    }

    /** @return array<string, mixed> GET /ocm-provider/ */
    public function provider(): array
    {
        return [
            'enabled' => true,
            'apiVersion' => '1.0-proposal1',
            'version' => '1.1',
            'endPoint' => rtrim($this->server->config->string('overwrite.cli.url'), '/') . '/index.php/ocm',
            'resourceTypes' => [[
                'name' => 'file',
                'shareTypes' => ['user', 'group'],
                'protocols' => ['webdav' => '/public.php/webdav/'],
            ]],
        ];
    }

    /** What another server says of itself. Throws HttpFailure. @return array<string, mixed> */
    public function discover(string $remote): array
    {
        $remote = rtrim($remote, '/');
        $known = json_decode($this->server->cache()->get("ocm-discovery/$remote") ?? 'null', true);
        if (is_array($known)) {
            return $known;
        }
        $said = $this->server->http()->send('GET', "$remote/ocm-provider/", ['timeout' => 10])->json();
        if (!is_array($said) || ($said['enabled'] ?? false) !== true || !is_string($said['endPoint'] ?? null)) {
            throw new HttpFailure('remote provider does not look valid');
        }
        $this->server->cache()->set("ocm-discovery/$remote", (string) json_encode($said), self::DAY);
        return $said;
    }

    /** Tells another server of a share; whether it took it. @param array<string, mixed> $payload */
    public function post(string $remote, string $path, array $payload): bool
    {
        $body = (string) json_encode($payload);
        try {
            $url = $this->discover($remote)['endPoint'] . "/$path";
            $headers = ['Content-Type' => 'application/json'];
            return $this->server->http()->send('POST', $url, ['body' => $body, 'headers' => $headers, 'timeout' => 10, 'peer' => true])->status === 201;
        } catch (HttpFailure $failure) {
            $this->server->log->write('error', "Open Cloud Mesh, $path: {$failure->getMessage()}", 'cloud_federation_api');
            return false;
        }
    }

    /** @return array<string, mixed> POST /index.php/ocm/shares */
    public function shareReceived(Web $web): array
    {
        $text = static fn (string $name): ?string => is_scalar($web->request->parameter($name)) ? (string) $web->request->parameter($name) : null;
        $owner = CloudId::of($text('owner') ?? '');
        $protocol = $web->request->parameter('protocol');
        $secret = is_array($protocol) ? ($protocol['options']['sharedSecret'] ?? null) : null;
        [$for, $name, $id, $type, $resource] = [$text('shareWith'), $text('name'), $text('providerId'), $text('shareType'), $text('resourceType')];
        if ($for === null || $name === null || $id === null || $type === null || $resource === null || !is_string($secret) || $owner === null) {
            throw new HttpException(400, '400', 'Missing arguments');
        }
        if ($type !== 'user') {
            throw new HttpException(501, '501', "Share type \"$type\" not implemented");
        }
        $user = $this->server->users()->find(CloudId::of($for)?->user ?? $for);
        if ($user === null) {
            throw new HttpException(400, '400', 'User "' . (CloudId::of($for)?->user ?? $for) . '" does not exists at ' . $web->request->origin());
        }
        if ($resource !== 'file') {
            throw new HttpException(501, '501', "Cloud Federation Provider with ID: \"$resource\" does not exist.");
        }
        if ($this->server->settings()->get('files_sharing', 'incoming_server2server_share_enabled', 'yes') !== 'yes') {
            throw new HttpException(501, '501', 'Server does not support federated cloud sharing');
        }
        (new Incoming($this->server))->receive($owner->address() . '/', $id, $secret, $name, $text('ownerDisplayName') ?? $owner->user, $user['uid']);
        return ['recipientDisplayName' => $user['displayname'], 'recipientUserId' => $user['uid']];
    }

    public static function answer(Web $web): void
    {
        try {
            self::send(201, (new self($web->server))->shareReceived($web));
        } catch (HttpException $refusal) {
            self::send($refusal->status, ['message' => $refusal->getMessage(), ...($refusal->status === 400 ? ['validationErrors' => []] : [])]);
        }
    }

    /** @param array<string, mixed> $said */
    public static function send(int $status, array $said): void
    {
        http_response_code($status);
        header('Content-Type: application/json; charset=utf-8');
        echo json_encode($said, JSON_UNESCAPED_SLASHES);
    }
}
