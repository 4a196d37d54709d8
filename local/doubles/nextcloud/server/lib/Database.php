<?php

declare(strict_types=1);

namespace CommuneDouble;

/** The PostgreSQL database of config.php. Statements write `*PREFIX*` before table names. */
final class Database
{
    private \PDO $connection;
    private string $prefix;

    public function __construct(Config $config)
    {
        $type = $config->string('dbtype', 'sqlite3');
        if ($type !== 'pgsql') {
            throw new HintException("This double speaks to PostgreSQL only, not to \"$type\".");
        }
        $this->prefix = $config->string('dbtableprefix', 'oc_');
        $this->connection = self::connect(
            $config->string('dbhost', 'localhost'),
            $config->string('dbname'),
            $config->string('dbuser'),
            $config->string('dbpassword'),
        );
    }

    /** @param string $host name, name:port, or the folder of a socket */
    public static function connect(string $host, string $name, string $user, string $password): \PDO
    {
        $port = '5432';
        if (!str_starts_with($host, '/') && preg_match('/^(.*):(\d+)$/', $host, $parts) === 1) {
            [, $host, $port] = $parts;
        }
        try {
            // Nextcloud itself waits as long as the network does.
            return new \PDO("pgsql:host=$host;port=$port;dbname=$name;connect_timeout=60", $user, $password, [
                \PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION,
                \PDO::ATTR_DEFAULT_FETCH_MODE => \PDO::FETCH_ASSOC,
            ]);
        } catch (\PDOException $error) {
            throw new \RuntimeException(
                'Failed to connect to the database: An exception occurred in the driver: ' . trim($error->getMessage()),
            );
        }
    }

    /** @param array<string|int, mixed> $values */
    public function run(string $sql, array $values = []): \PDOStatement
    {
        $statement = $this->connection->prepare(str_replace('*PREFIX*', $this->prefix, $sql));
        foreach ($values as $key => $value) {
            $type = is_resource($value) ? \PDO::PARAM_LOB : (is_int($value) ? \PDO::PARAM_INT : \PDO::PARAM_STR);
            $statement->bindValue(is_int($key) ? $key + 1 : $key, $value, $type);
        }
        $statement->execute();
        return $statement;
    }

    /** @param array<string|int, mixed> $values @return array<string, mixed>|null */
    public function row(string $sql, array $values = []): ?array
    {
        return $this->run($sql, $values)->fetch() ?: null;
    }

    /** @param array<string|int, mixed> $values @return list<array<string, mixed>> */
    public function rows(string $sql, array $values = []): array
    {
        return $this->run($sql, $values)->fetchAll();
    }

    /** @template T @param callable(): T $work @return T */
    public function transaction(callable $work): mixed
    {
        $this->connection->beginTransaction();
        try {
            $result = $work();
            $this->connection->commit();
            return $result;
        } catch (\Throwable $error) {
            $this->connection->rollBack();
            throw $error;
        }
    }
}
