<?php

declare(strict_types=1);

namespace CommuneDouble;

/**
 * The memory caches that config.php names. A Redis that is named must answer, or nothing is served, as with
 * the real one; locks on files are kept there when memcache.locking says so.
 */
final class Cache
{
    private const APCU = '\\OC\\Memcache\\APCu';
    private const REDIS = '\\OC\\Memcache\\Redis';

    private ?\Redis $locks = null;
    private ?\Redis $distributed = null;

    public function __construct(private readonly Config $config)
    {
        foreach (['local', 'distributed', 'locking'] as $use) {
            $class = $config->string("memcache.$use");
            if ($class === '') {
                continue;
            }
            $class = '\\' . ltrim($class, '\\');
            if ($class === self::APCU && $use === 'local') {
                // Without APCu in the command line the real one goes on with no cache.
                if (PHP_SAPI !== 'cli' && !(function_exists('apcu_enabled') && apcu_enabled())) {
                    throw $this->unavailable($class, $use);
                }
            } elseif ($class === self::REDIS) {
                $redis = $this->redis();
                if ($use === 'locking') {
                    $this->locks = $redis;
                }
                if ($use === 'distributed') {
                    $this->distributed = $redis;
                }
            } else {
                throw $this->unavailable($class, $use);
            }
        }
    }

    private function unavailable(string $class, string $use): HintException
    {
        return new HintException(
            "Memcache $class not available for $use cache",
            'Is the matching PHP module installed and enabled?',
        );
    }

    private function redis(): \Redis
    {
        $settings = $this->config->get('redis', []);
        if (!is_array($settings)) {
            throw new HintException('The "redis" setting must be an array with a host.');
        }
        $redis = new \Redis();
        $host = (string) ($settings['host'] ?? '127.0.0.1');
        $port = str_starts_with($host, '/') ? 0 : (int) ($settings['port'] ?? 6379);
        $redis->connect($host, $port, (float) ($settings['timeout'] ?? 0.0), null, 0, (float) ($settings['read_timeout'] ?? 0.0));
        if (($settings['password'] ?? '') !== '') {
            $user = (string) ($settings['user'] ?? '');
            $redis->auth($user === '' ? $settings['password'] : [$user, $settings['password']]);
        }
        if (isset($settings['dbindex'])) {
            $redis->select((int) $settings['dbindex']);
        }
        $redis->ping();
        return $redis;
    }

    /** What the distributed cache keeps; nothing when there is none. */
    public function get(string $key): ?string
    {
        $value = $this->distributed?->get($this->key($key));
        return is_string($value) ? $value : null;
    }

    /** @param int $seconds how long it is kept */
    public function set(string $key, string $value, int $seconds): void
    {
        $this->distributed?->setex($this->key($key), $seconds, $value);
    }

    private function key(string $key): string
    {
        return $this->config->string('instanceid') . '/' . $key;
    }

    /** @template T @param callable(): T $work @return T */
    public function locked(string $path, callable $work): mixed
    {
        if ($this->locks === null) {
            return $work();
        }
        $key = $this->key('lock/' . md5($path));
        $ttl = $this->config->int('filelocking.ttl', 3600);
        if ($this->locks->set($key, '1', ['nx', 'ex' => $ttl]) !== true) {
            throw new HttpException(423, 'OCA\\DAV\\Connector\\Sabre\\Exception\\FileLocked', "\"$path\" is locked");
        }
        try {
            return $work();
        } finally {
            $this->locks->del($key);
        }
    }
}
