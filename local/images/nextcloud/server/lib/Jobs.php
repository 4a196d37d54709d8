<?php

declare(strict_types=1);

namespace CommuneDouble;

/** The background jobs table, worked off by cron.php. */
final class Jobs
{
    private const EVERY = [
        'OC\\Authentication\\Token\\TokenCleanupJob' => 86400,
        'OCA\\Files\\BackgroundJob\\ScanFiles' => 600,
        'OCA\\DAV\\BackgroundJob\\CleanupDirectLinksJob' => 86400,
    ];

    public static function register(Database $database): void
    {
        foreach (array_keys(self::EVERY) as $class) {
            $database->run(
                'INSERT INTO *PREFIX*jobs (class) SELECT CAST(? AS VARCHAR) WHERE NOT EXISTS (SELECT 1 FROM *PREFIX*jobs WHERE class = ?)',
                [$class, $class],
            );
        }
    }

    private const MIGRATION = 'OC\\Migration\\BackgroundRepair';

    /** What a major upgrade leaves to the background jobs; it removes itself when it has run. */
    public static function leaveMigration(Database $database): void
    {
        $database->run('INSERT INTO *PREFIX*jobs (class, argument) VALUES (?, ?)', [self::MIGRATION, '{"app":"dav","step":"CommuneDouble\\\\Step"}']);
    }

    /** @return list<array<string, mixed>> */
    public static function all(Database $database, ?string $class): array
    {
        $rows = $database->rows('SELECT id, class, last_run, argument FROM *PREFIX*jobs ORDER BY id');
        return array_values(array_filter($rows, static fn ($row) => $class === null || $row['class'] === $class));
    }

    /** Runs what is due; returns how many jobs ran. */
    public static function run(Server $server): int
    {
        $database = $server->database();
        $done = 0;
        foreach ($database->rows('SELECT id, class, last_run FROM *PREFIX*jobs WHERE reserved_at < ?', [time() - 43200]) as $job) {
            if ((int) $job['last_run'] + (self::EVERY[$job['class']] ?? 0) > time()) {
                continue;
            }
            $database->run('UPDATE *PREFIX*jobs SET reserved_at = ?, last_checked = ? WHERE id = ?', [time(), time(), $job['id']]);
            if (str_ends_with($job['class'], 'TokenCleanupJob')) {
                $database->run('DELETE FROM *PREFIX*authtoken WHERE type = 0 AND last_activity < ?', [time() - 86400]);
            }
            if ($job['class'] === self::MIGRATION) {
                $database->run('DELETE FROM *PREFIX*jobs WHERE id = ?', [$job['id']]);
            }
            $database->run('UPDATE *PREFIX*jobs SET last_run = ?, reserved_at = 0, execution_duration = 0 WHERE id = ?', [time(), $job['id']]);
            $done++;
        }
        $server->settings()->set('core', 'lastcron', (string) time());
        return $done;
    }
}
