<?php

declare(strict_types=1);

namespace CommuneDouble;

/**
 * Folders that groups share, by the app groupfolders: a row per folder, a row per group with what it may do, files
 * below <datadirectory>/__groupfolders/<id>. An account sees a folder under its name beside its own files, with the
 * rights of all its groups together.
 * Source: lib/Folder/FolderManager.php, lib/Mount/{MountProvider,FolderStorageManager}.php of nextcloud/groupfolders, v21.0.15.
 */
final class GroupFolders
{
    /** lib/public/Constants.php of nextcloud/server. */
    public const READ = 1;
    public const UPDATE = 2;
    public const CREATE = 4;
    public const DELETE = 8;
    public const SHARE = 16;
    public const ALL = 31;

    /** "No limit", and "what the server has as default", which is no limit here. */
    public const UNLIMITED = -3;
    private const DEFAULT_QUOTA = -4;
    private const PREFIX = '__groupfolders/';

    private readonly Database $database;

    public function __construct(private readonly Server $server)
    {
        $this->database = $server->database();
    }

    /** Whose files they are to the double's storage. */
    public static function owner(int $id): string
    {
        return self::PREFIX . $id;
    }

    /** Bytes that a folder may hold, when the owner is one; null when there is no limit. */
    public static function quotaOf(Database $database, string $owner): ?int
    {
        $row = $database->row('SELECT quota FROM *PREFIX*group_folders WHERE folder_id = ?', [(int) substr($owner, strlen(self::PREFIX))]);
        $quota = (int) ($row['quota'] ?? self::DEFAULT_QUOTA);
        return $quota > 0 ? $quota : null;
    }

    public static function isOwner(string $user): bool
    {
        return str_starts_with($user, self::PREFIX);
    }

    /** A name as it becomes a path: without what is around it. */
    public static function trimmed(string $name): string
    {
        $name = trim(preg_replace('#/+#', '/', '/' . trim($name)), '/');
        if (str_contains($name, '..')) {
            throw new \RuntimeException('Mount point cannot contain ".."');
        }
        return $name === '' ? throw new \RuntimeException('Mount point cannot be empty') : $name;
    }

    /** @return list<array{id: int, mount_point: string, quota: int}> */
    public function all(): array
    {
        $rows = $this->database->rows('SELECT folder_id, mount_point, quota FROM *PREFIX*group_folders ORDER BY folder_id');
        return array_map(static fn (array $row) => ['id' => (int) $row['folder_id'], 'mount_point' => $row['mount_point'], 'quota' => (int) $row['quota']], $rows);
    }

    /** @return array{id: int, mount_point: string, quota: int}|null */
    public function find(int $id): ?array
    {
        return array_values(array_filter($this->all(), static fn (array $folder) => $folder['id'] === $id))[0] ?? null;
    }

    public function exists(string $name): bool
    {
        return in_array($name, array_column($this->all(), 'mount_point'), true);
    }

    public function create(string $name): int
    {
        $row = $this->database->row('INSERT INTO *PREFIX*group_folders (mount_point) VALUES (?) RETURNING folder_id', [$name]);
        $id = (int) $row['folder_id'];
        mkdir($this->server->files()->disk(self::owner($id), ''), 0770, true);
        $this->server->files()->scan(self::owner($id));
        return $id;
    }

    public function rename(int $id, string $name): void
    {
        $this->database->run('UPDATE *PREFIX*group_folders SET mount_point = ? WHERE folder_id = ?', [$name, $id]);
    }

    public function setQuota(int $id, int $quota): void
    {
        $this->database->run('UPDATE *PREFIX*group_folders SET quota = ? WHERE folder_id = ?', [$quota, $id]);
    }

    /** @return array<string, int> what each group may do */
    public function groups(int $id): array
    {
        $rows = $this->database->rows('SELECT group_id, permissions FROM *PREFIX*group_folders_groups WHERE folder_id = ? ORDER BY group_id', [$id]);
        return array_map(intval(...), array_column($rows, 'permissions', 'group_id'));
    }

    public function allow(int $id, string $group, int $permissions): void
    {
        $this->database->run(
            'INSERT INTO *PREFIX*group_folders_groups (folder_id, group_id, permissions) VALUES (?, ?, ?)
             ON CONFLICT (folder_id, group_id) DO UPDATE SET permissions = EXCLUDED.permissions',
            [$id, $group, $permissions],
        );
    }

    public function refuse(int $id, string $group): void
    {
        $this->database->run('DELETE FROM *PREFIX*group_folders_groups WHERE folder_id = ? AND group_id = ?', [$id, $group]);
    }

    /** @return list<array{id: int, mount_point: string, permissions: int}> the folders that an account has */
    public static function of(Server $server, string $user): array
    {
        if (!$server->apps()->isEnabled('groupfolders')) {
            return [];
        }
        $rows = (new self($server))->database->rows(
            'SELECT f.folder_id AS id, f.mount_point, BIT_OR(g.permissions) AS permissions FROM *PREFIX*group_folders f
             JOIN *PREFIX*group_folders_groups g ON g.folder_id = f.folder_id
             JOIN *PREFIX*group_user u ON u.gid = g.group_id WHERE u.uid = ? GROUP BY f.folder_id ORDER BY f.folder_id',
            [$user],
        );
        return array_map(static fn (array $row) => ['id' => (int) $row['id'], 'mount_point' => $row['mount_point'], 'permissions' => (int) $row['permissions']], $rows);
    }

    /** @return array{id: int, mount_point: string, permissions: int}|null the folder that a path is in */
    public static function at(Server $server, string $user, string $path): ?array
    {
        foreach (self::of($server, $user) as $folder) {
            if (str_starts_with("$path/", $folder['mount_point'] . '/')) {
                return $folder;
            }
        }
        return null;
    }
}
