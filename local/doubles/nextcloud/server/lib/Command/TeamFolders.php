<?php

declare(strict_types=1);

namespace CommuneDouble\Command;

use CommuneDouble\Bytes;
use CommuneDouble\Command;
use CommuneDouble\GroupFolders;
use CommuneDouble\Input;
use CommuneDouble\Server;

/**
 * Commands of the app groupfolders: create, group, list, quota, rename. What they refuse they say on standard output.
 * Source: lib/Command/{Create,Group,ListCommand,Quota,Rename,FolderCommand}.php of nextcloud/groupfolders, v20.1.18,
 * v21.0.15 and v22.0.6, which are alike in this.
 */
final class TeamFolders
{
    private const REFUSED = 255;
    private const WORDS = [
        'read' => GroupFolders::READ,
        'write' => GroupFolders::UPDATE | GroupFolders::CREATE,
        'share' => GroupFolders::SHARE,
        'delete' => GroupFolders::DELETE,
    ];

    /** @return list<Command> */
    public static function all(): array
    {
        return [
            new Command('groupfolders:create', 'Create a new Team folder', ['name'], ['bucket='], self::create(...), 'groupfolders'),
            new Command('groupfolders:group', 'Edit the groups that have access to a Team folder', ['folder_id', 'group', 'permissions?*'], ['delete'], self::group(...), 'groupfolders', ['d' => 'delete']),
            new Command('groupfolders:list', 'List the configured Team folders', [], ['user='], self::list(...), 'groupfolders', ['u' => 'user']),
            new Command('groupfolders:quota', 'Edit the quota of a configured Team folder', ['folder_id', 'quota'], [], self::quota(...), 'groupfolders'),
            new Command('groupfolders:rename', 'Rename Team folder', ['folder_id', 'name'], [], self::rename(...), 'groupfolders'),
        ];
    }

    private static function say(string $text, int $code): int
    {
        echo "$text\n";
        return $code;
    }

    /** @return array{id: int, mount_point: string, quota: int}|null */
    private static function folder(GroupFolders $folders, Input $input): ?array
    {
        $given = $input->argument('folder_id');
        if ((string) (int) $given !== $given) {
            self::say("Folder id argument is not an integer. Got $given", 0);
            return null;
        }
        $folder = $folders->find((int) $given);
        if ($folder === null) {
            self::say("Folder not found: $given", 0);
        }
        return $folder;
    }

    private static function create(Server $server, Input $input): int
    {
        $folders = new GroupFolders($server);
        $name = GroupFolders::trimmed($input->argument('name'));
        return $folders->exists($name)
            ? self::say("A Folder with the name $name already exists", 1)
            : self::say((string) $folders->create($name), 0);
    }

    private static function rename(Server $server, Input $input): int
    {
        $folders = new GroupFolders($server);
        $folder = self::folder($folders, $input);
        if ($folder === null) {
            return self::REFUSED;
        }
        $name = GroupFolders::trimmed($input->argument('name'));
        if ($folder['mount_point'] === $name) {
            return self::say("The name is already set to $name", 0);
        }
        if ($folders->exists($name)) {
            return self::say("A Folder with the name $name already exists", 1);
        }
        $folders->rename($folder['id'], $name);
        return 0;
    }

    private static function quota(Server $server, Input $input): int
    {
        $folders = new GroupFolders($server);
        $folder = self::folder($folders, $input);
        if ($folder === null) {
            return self::REFUSED;
        }
        $text = strtolower($input->argument('quota'));
        $quota = $text === 'unlimited' ? GroupFolders::UNLIMITED : (Bytes::of($text) ?? 0);
        if ($quota === 0) {
            return self::say("Unable to parse quota input: $text", self::REFUSED);
        }
        $folders->setQuota($folder['id'], $quota);
        return 0;
    }

    private static function group(Server $server, Input $input): int
    {
        $folders = new GroupFolders($server);
        $folder = self::folder($folders, $input);
        if ($folder === null) {
            return self::REFUSED;
        }
        $group = $input->argument('group');
        if ($input->has('delete')) {
            $folders->refuse($folder['id'], $group);
            return 0;
        }
        if (!in_array($group, $server->users()->groups(), true)) {
            return self::say("group/team not found: $group", self::REFUSED);
        }
        $words = $input->words('permissions');
        if (array_diff($words, array_keys(self::WORDS)) !== []) {
            return self::say('Unable to parse permissions input: ' . implode(' ', $words), self::REFUSED);
        }
        $permissions = array_reduce($words, static fn (int $all, string $word) => $all | self::WORDS[$word], GroupFolders::READ);
        $folders->allow($folder['id'], $group, $permissions);
        return 0;
    }

    private static function list(Server $server, Input $input): int
    {
        $folders = new GroupFolders($server);
        $all = $folders->all();
        $user = $input->option('user');
        if ($user !== null) {
            if (!$server->users()->exists($user)) {
                return self::say("user $user not found", 1);
            }
            $theirs = array_column(GroupFolders::of($server, $user), 'id');
            $all = array_values(array_filter($all, static fn (array $folder) => in_array($folder['id'], $theirs, true)));
        }
        $json = in_array($input->option('output'), ['json', 'json_pretty'], true);
        if ($all === []) {
            return self::say($json ? '[]' : 'No folders configured', 0);
        }
        $described = array_map(static fn (array $folder) => self::described($server, $folders, $folder), $all);
        if ($json) {
            $input->print($described);
            return 0;
        }
        foreach ($described as ['id' => $id, 'mountPoint' => $name, 'groups_list' => $groups, 'quota' => $quota, 'size' => $size]) {
            $rights = implode(', ', array_map(static fn ($group, int $rights) => "$group: " . self::rights($rights), array_keys($groups), $groups));
            echo "| $id | $name | $rights | " . ($quota > 0 ? (string) $quota : 'Unlimited') . " | $size |\n";
        }
        return 0;
    }

    private static function rights(int $permissions): string
    {
        $names = [GroupFolders::READ => 'read', GroupFolders::UPDATE => 'write', GroupFolders::SHARE => 'share', GroupFolders::DELETE => 'delete'];
        return implode(', ', array_filter($names, static fn (int $right) => ($right & $permissions) !== 0, ARRAY_FILTER_USE_KEY));
    }

    /** @param array{id: int, mount_point: string, quota: int} $folder @return array<string, mixed> */
    private static function described(Server $server, GroupFolders $folders, array $folder): array
    {
        $groups = $folders->groups($folder['id']);
        $entry = static fn (string|int $group, int $rights) => ['displayName' => (string) $group, 'permissions' => $rights, 'type' => 'group'];
        return [
            'id' => $folder['id'],
            // The default is told as what it comes to.
            'quota' => $folder['quota'] > 0 ? $folder['quota'] : GroupFolders::UNLIMITED,
            'acl' => false,
            'groups' => array_combine(array_keys($groups), array_map($entry, array_keys($groups), $groups)),
            'manage' => [],
            'size' => $server->files()->used(GroupFolders::owner($folder['id'])),
            'groups_list' => $groups,
            'mountPoint' => $folder['mount_point'],
        ];
    }
}
