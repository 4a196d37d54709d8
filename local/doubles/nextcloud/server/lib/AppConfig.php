<?php

declare(strict_types=1);

namespace CommuneDouble;

/** Settings of apps and of users, kept in the database. */
final class AppConfig
{
    public function __construct(private readonly Database $database)
    {
    }

    public function get(string $app, string $key, ?string $default = null): ?string
    {
        $row = $this->database->row(
            'SELECT configvalue FROM *PREFIX*appconfig WHERE appid = ? AND configkey = ?',
            [$app, $key],
        );
        return $row === null ? $default : $row['configvalue'];
    }

    public function set(string $app, string $key, string $value, int $type = 2): void
    {
        $this->database->run(
            'INSERT INTO *PREFIX*appconfig (appid, configkey, configvalue, type) VALUES (?, ?, ?, ?)
             ON CONFLICT (appid, configkey) DO UPDATE SET configvalue = EXCLUDED.configvalue, type = EXCLUDED.type',
            [$app, $key, $value, $type],
        );
    }

    public function type(string $app, string $key): ?int
    {
        $row = $this->database->row(
            'SELECT type FROM *PREFIX*appconfig WHERE appid = ? AND configkey = ?',
            [$app, $key],
        );
        return $row === null ? null : (int) $row['type'];
    }

    public function delete(string $app, string $key): bool
    {
        $done = $this->database->run('DELETE FROM *PREFIX*appconfig WHERE appid = ? AND configkey = ?', [$app, $key]);
        return $done->rowCount() > 0;
    }

    /** @return array<string, array<string, string>> every value, by app and key */
    public function all(?string $app = null): array
    {
        $result = [];
        $sql = 'SELECT appid, configkey, configvalue FROM *PREFIX*appconfig ORDER BY appid, configkey';
        foreach ($this->database->rows($sql) as $row) {
            if ($app === null || $row['appid'] === $app) {
                $result[$row['appid']][$row['configkey']] = $row['configvalue'];
            }
        }
        return $result;
    }

    public function preference(string $user, string $app, string $key, ?string $default = null): ?string
    {
        $row = $this->database->row(
            'SELECT configvalue FROM *PREFIX*preferences WHERE userid = ? AND appid = ? AND configkey = ?',
            [$user, $app, $key],
        );
        return $row === null ? $default : $row['configvalue'];
    }

    public function setPreference(string $user, string $app, string $key, string $value): void
    {
        $this->database->run(
            'INSERT INTO *PREFIX*preferences (userid, appid, configkey, configvalue) VALUES (?, ?, ?, ?)
             ON CONFLICT (userid, appid, configkey) DO UPDATE SET configvalue = EXCLUDED.configvalue',
            [$user, $app, $key, $value],
        );
    }

    public function deletePreference(string $user, string $app, string $key): void
    {
        $this->database->run(
            'DELETE FROM *PREFIX*preferences WHERE userid = ? AND appid = ? AND configkey = ?',
            [$user, $app, $key],
        );
    }
}
