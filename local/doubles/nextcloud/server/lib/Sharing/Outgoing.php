<?php

declare(strict_types=1);

namespace CommuneDouble\Sharing;

use CommuneDouble\Files;
use CommuneDouble\HttpException;
use CommuneDouble\Installer;
use CommuneDouble\Server;
use CommuneDouble\Web;

/** Files of accounts here that are shared with accounts of other servers. */
final class Outgoing
{
    private const REMOTE = 6;

    public function __construct(private readonly Server $server)
    {
    }

    /** POST /apps/files_sharing/api/v1/shares. @return array<string, mixed> */
    public function create(Web $web, string $user): array
    {
        $path = $web->request->parameter('path');
        if (!is_string($path)) {
            throw new HttpException(404, '404', 'Please specify a file or folder path');
        }
        $path = Files::clean($path);
        $row = $this->server->files()->find($user, $path)
            ?? throw new HttpException(404, '404', 'Wrong path, file/folder does not exist');
        if ((int) $web->request->parameter('shareType') !== self::REMOTE) {
            throw new HttpException(400, '400', 'Unknown share type');
        }
        if (!self::isOn($this->server)) {
            throw new HttpException(403, '403', "Sharing /$path failed because the back end does not allow shares from type 6");
        }
        $with = $web->request->parameter('shareWith');
        if (!is_string($with)) {
            throw new HttpException(404, '404', 'Please specify a valid federated account ID');
        }
        $id = $this->share($user, $path, $row, CloudId::of($with));
        return $this->shown($this->byId($id) ?? []);
    }

    /** @param array<string, mixed> $row the file @return int the share's id */
    private function share(string $user, string $path, array $row, ?CloudId $with): int
    {
        $refusal = new HttpException(403, '403', 'Failed to create share.');
        if ($with === null || $this->isOwn($with, $user) || $this->isShared((int) $row['fileid'], $with)) {
            throw $refusal;
        }
        $token = Installer::random(15);
        $share = $this->server->database()->row(
            'INSERT INTO *PREFIX*share (share_type, share_with, uid_owner, uid_initiator, item_type, item_source, file_source, permissions, stime, token)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id',
            [
                self::REMOTE, "$with->user@{$with->remote}", $user, $user, Files::isFolder($row) ? 'folder' : 'file', (int) $row['fileid'],
                (int) $row['fileid'], Files::isFolder($row) ? 31 : 19, time(), $token,
            ],
        );
        $id = (int) ($share['id'] ?? 0);
        $own = $this->server->cloudId($user);
        $name = $this->server->users()->find($user)['displayname'] ?? $user;
        $told = (new Ocm($this->server))->post($with->address(), 'shares', [
            'shareWith' => "$with->user@{$with->remote}",
            'shareType' => 'user',
            'name' => '/' . basename($path),
            'resourceType' => 'file',
            'description' => '',
            'providerId' => (string) $id,
            'owner' => $own,
            'ownerDisplayName' => $name,
            'sharedBy' => $own,
            'sharedByDisplayName' => $name,
            'protocol' => ['name' => 'webdav', 'options' => ['sharedSecret' => $token, 'permissions' => '{http://open-cloud-mesh.org/ns}share-permissions']],
        ]);
        if (!$told) {
            $this->forget($id);
            throw $refusal;
        }
        return $id;
    }

    /** Whose file a token opens, and which. @return array{user: string, path: string, writable: bool}|null */
    public function opened(string $token): ?array
    {
        $row = $this->server->database()->row(
            'SELECT s.uid_owner, s.permissions, f.path FROM *PREFIX*share s JOIN *PREFIX*filecache f ON f.fileid = s.file_source WHERE s.token = ? AND s.share_type = ?',
            [$token, self::REMOTE],
        );
        return $row === null ? null : [
            'user' => $row['uid_owner'],
            'path' => substr($row['path'], strlen('files/')),
            'writable' => ((int) $row['permissions'] & 2) !== 0,
        ];
    }

    public static function isOn(Server $server): bool
    {
        return $server->settings()->get('files_sharing', 'outgoing_server2server_share_enabled', 'yes') === 'yes';
    }

    private function isOwn(CloudId $with, string $user): bool
    {
        return $this->server->cloudId($user) === $with->user . '@' . $with->host();
    }

    private function isShared(int $file, CloudId $with): bool
    {
        $sql = 'SELECT 1 FROM *PREFIX*share WHERE file_source = ? AND share_type = ? AND share_with = ?';
        return $this->server->database()->row($sql, [$file, self::REMOTE, "$with->user@{$with->remote}"]) !== null;
    }

    /** @return array<string, mixed>|null */
    private function byId(int $id): ?array
    {
        return $this->server->database()->row('SELECT * FROM *PREFIX*share WHERE id = ?', [$id]);
    }

    private function forget(int $id): void
    {
        $this->server->database()->run('DELETE FROM *PREFIX*share WHERE id = ?', [$id]);
    }

    /** @param array<string, mixed> $share @return array<string, mixed> */
    private function shown(array $share): array
    {
        $file = $this->server->database()->row('SELECT path FROM *PREFIX*filecache WHERE fileid = ?', [(int) $share['file_source']]);
        return [
            'id' => (string) $share['id'],
            'share_type' => (int) $share['share_type'],
            'uid_owner' => $share['uid_owner'],
            'permissions' => (int) $share['permissions'],
            'stime' => (int) $share['stime'],
            'token' => null,
            'path' => substr($file['path'] ?? 'files/', strlen('files')),
            'item_type' => $share['item_type'],
            'item_source' => (int) $share['item_source'],
            'file_source' => (int) $share['file_source'],
            'share_with' => $share['share_with'],
            'share_with_displayname' => $share['share_with'],
        ];
    }
}
