<?php

declare(strict_types=1);

namespace CommuneDouble;

/**
 * Brute-force protection: an address that was wrong is answered later and later, then not at all. The double has it
 * for the exchange of secrets, where it meets communes that leave through one address.
 */
final class Throttle
{
    private const HOURS = 12;
    private const LONGEST_MS = 25000;

    public function __construct(private readonly Database $database, private readonly Config $config)
    {
    }

    public function register(string $address, string $action): void
    {
        if ($this->config->bool('auth.bruteforce.protection.enabled', true)) {
            $this->database->run(
                'INSERT INTO *PREFIX*bruteforce_attempts (action, occurred, ip, subnet) VALUES (?, ?, ?, ?)',
                [$action, time(), $address, self::subnet($address)],
            );
        }
    }

    /** Milliseconds that an address waits. */
    public function delay(string $address, string $action): int
    {
        $attempts = $this->attempts($address, $action);
        if ($attempts === 0) {
            return 0;
        }
        return $attempts > $this->limit() ? self::LONGEST_MS : (int) min(self::LONGEST_MS, ceil(100 * 2 ** $attempts));
    }

    /** Lets an address wait, or throws a 429. */
    public function wait(string $address, string $action): void
    {
        $delay = $this->delay($address, $action);
        if ($delay === self::LONGEST_MS && $this->attempts($address, $action, 0.5) > $this->limit()) {
            throw new HttpException(429, '429', 'Reached maximum delay');
        }
        usleep($delay * 1000);
    }

    public function attempts(string $address, string $action = '', float $hours = self::HOURS): int
    {
        $row = $this->database->row(
            "SELECT count(*) AS n FROM *PREFIX*bruteforce_attempts WHERE subnet = ? AND occurred > ? AND (CAST(? AS VARCHAR) = '' OR action = ?)",
            [self::subnet($address), (int) (time() - 3600 * $hours), $action, $action],
        );
        return (int) ($row['n'] ?? 0);
    }

    public function reset(string $address): void
    {
        $this->database->run('DELETE FROM *PREFIX*bruteforce_attempts WHERE subnet = ?', [self::subnet($address)]);
    }

    private function limit(): int
    {
        return $this->config->int('auth.bruteforce.max-attempts', 10);
    }

    /** One IPv4 address, or the 56 bits that one customer's IPv6 addresses share. */
    private static function subnet(string $address): string
    {
        $bytes = inet_pton($address);
        return $bytes !== false && strlen($bytes) === 16 ? bin2hex(substr($bytes, 0, 7)) . '/56' : "$address/32";
    }
}
