<?php

declare(strict_types=1);

namespace CommuneDouble;

/** Which parts of the administration are delegated to which groups (`occ admin-delegation:…`). */
final class Delegations
{
    public const TRUSTED_SERVERS = 'OCA\\Federation\\Settings\\Admin';

    /** The settings that can be delegated: section, then class and name. */
    public const SETTINGS = [
        'overview' => ['OCA\\Settings\\Settings\\Admin\\Overview' => 'Security & setup checks'],
        'server' => [
            'OCA\\Settings\\Settings\\Admin\\Mail' => 'Email server',
            'OCA\\Settings\\Settings\\Admin\\Server' => 'Background jobs',
        ],
        'sharing' => [
            'OCA\\Settings\\Settings\\Admin\\Sharing' => 'Global',
            'OCA\\FederatedFileSharing\\Settings\\Admin' => 'Federated Cloud Sharing',
            self::TRUSTED_SERVERS => 'Trusted servers',
        ],
        'theming' => ['OCA\\Theming\\Settings\\Admin' => 'Global'],
    ];

    public function __construct(private readonly Database $database)
    {
    }

    public static function isKnown(string $class): bool
    {
        return array_filter(self::SETTINGS, static fn (array $section) => isset($section[$class])) !== [];
    }

    /** @return list<string> the groups that a setting is delegated to */
    public function groups(string $class): array
    {
        $rows = $this->database->rows('SELECT group_id FROM *PREFIX*authorized_groups WHERE class = ? ORDER BY group_id', [$class]);
        return array_column($rows, 'group_id');
    }

    public function add(string $group, string $class): void
    {
        $this->database->run('INSERT INTO *PREFIX*authorized_groups (group_id, class) VALUES (?, ?)', [$group, $class]);
    }

    public function remove(string $group, string $class): void
    {
        $this->database->run('DELETE FROM *PREFIX*authorized_groups WHERE group_id = ? AND class = ?', [$group, $class]);
    }

    /** Whether an account may change a setting: as an administrator, or by delegation. */
    public function allows(Users $users, string $uid, string $class): bool
    {
        $groups = $users->groups($uid);
        return in_array('admin', $groups, true) || array_intersect($groups, $this->groups($class)) !== [];
    }
}
