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
        Federation\Directories::JOB => 86400,
    ];

    /** Left to the hours of `maintenance_window_start`, if there are any. */
    private const PATIENT = [Federation\Directories::JOB];

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

    /** Leaves work to the background jobs. What waits already is not added twice. @param array<string, mixed> $argument */
    public static function add(Database $database, string $class, array $argument): void
    {
        $json = (string) json_encode($argument);
        $database->run(
            'INSERT INTO *PREFIX*jobs (class, argument) SELECT CAST(? AS VARCHAR), CAST(? AS TEXT)
             WHERE NOT EXISTS (SELECT 1 FROM *PREFIX*jobs WHERE class = ? AND argument = ?)',
            [$class, $json, $class, $json],
        );
    }

    /**
     * Runs what is due; returns how many jobs ran.
     *
     * @param list<string> $classes only these, whatever the hour; all if there are none
     */
    public static function run(Server $server, array $classes = []): int
    {
        $database = $server->database();
        $done = 0;
        $sql = 'SELECT id, class, argument, last_run FROM *PREFIX*jobs WHERE reserved_at < ? ORDER BY id';
        foreach ($database->rows($sql, [time() - 43200]) as $job) {
            $class = $job['class'];
            $wanted = $classes === [] ? !in_array($class, self::PATIENT, true) || self::isQuietHour($server->config) : in_array($class, $classes, true);
            if (!$wanted || (int) $job['last_run'] + (self::EVERY[$class] ?? 0) > time()) {
                continue;
            }
            self::execute($server, $job);
            $done++;
        }
        $server->settings()->set('core', 'lastcron', (string) time());
        return $done;
    }

    /** @return array<string, mixed>|null */
    public static function byId(Database $database, int $id): ?array
    {
        return $database->row('SELECT id, class, argument FROM *PREFIX*jobs WHERE id = ?', [$id]);
    }

    /** Runs one job, whether it is due or not. @param array<string, mixed> $job */
    public static function execute(Server $server, array $job): void
    {
        $database = $server->database();
        $id = (int) $job['id'];
        $database->run('UPDATE *PREFIX*jobs SET reserved_at = ?, last_checked = ? WHERE id = ?', [time(), time(), $id]);
        try {
            self::work($server, $id, $job['class'], json_decode($job['argument'] ?: '[]', true) ?? []);
        } catch (\Throwable $error) {
            // One job that breaks does not stop the others.
            $server->log->exception($error);
        }
        $database->run('UPDATE *PREFIX*jobs SET last_run = ?, reserved_at = 0, execution_duration = 0 WHERE id = ?', [time(), $id]);
    }

    /** @param array<string, mixed> $argument */
    private static function work(Server $server, int $id, string $class, array $argument): void
    {
        $database = $server->database();
        if (str_ends_with($class, 'TokenCleanupJob')) {
            $database->run('DELETE FROM *PREFIX*authtoken WHERE type = 0 AND last_activity < ?', [time() - 86400]);
        } elseif ($class === Federation\Directories::JOB) {
            Federation\Directories::read($server, static fn () => null);
        } elseif ($class === self::MIGRATION) {
            $database->run('DELETE FROM *PREFIX*jobs WHERE id = ?', [$id]);
        } elseif ($class === Federation\SecretExchange::REQUEST || $class === Federation\SecretExchange::FETCH) {
            $exchange = new Federation\SecretExchange($server);
            $again = $class === Federation\SecretExchange::REQUEST ? $exchange->ask($argument) : $exchange->fetch($argument);
            $database->run('DELETE FROM *PREFIX*jobs WHERE id = ?', [$id]);
            if ($again !== null) {
                self::add($database, $class, $again);
            }
        }
    }

    private static function isQuietHour(Config $config): bool
    {
        $start = $config->int('maintenance_window_start', 100);
        $hour = (int) gmdate('G');
        return $start > 23 || ($start <= 20 ? $hour >= $start && $hour <= $start + 4 : $hour >= $start || $hour <= $start - 20);
    }
}
