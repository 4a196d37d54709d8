<?php

declare(strict_types=1);

namespace CommuneDouble\Federation;

/** Which hosts are inside, and are not asked unless `allow_local_remote_servers` says so. */
final class Addresses
{
    private const TOP_LEVEL = ['local', 'localhost', 'intranet', 'internal', 'private', 'corp', 'home', 'lan'];

    /** What PHP does not count as private or reserved, and Nextcloud does: RFC 6598 and RFC 6890. */
    private const SHARED = [['100.64.0.0', 10], ['192.0.0.0', 24]];

    public static function isLocalName(string $host): bool
    {
        $top = substr(strrchr($host, '.') ?: '', 1);
        return in_array($top, self::TOP_LEVEL, true)
            || (!str_contains($host, '.') && filter_var($host, FILTER_VALIDATE_IP, FILTER_FLAG_IPV6) === false);
    }

    public static function isLocal(string $address): bool
    {
        if (filter_var($address, FILTER_VALIDATE_IP) === false) {
            return false;
        }
        if (preg_match('/^::ffff:(\d+\.\d+\.\d+\.\d+)$/i', $address, $mapped) === 1) {
            $address = $mapped[1];
        }
        if (filter_var($address, FILTER_VALIDATE_IP, FILTER_FLAG_NO_PRIV_RANGE | FILTER_FLAG_NO_RES_RANGE) === false) {
            return true;
        }
        $number = ip2long($address);
        foreach (self::SHARED as [$base, $bits]) {
            if ($number !== false && $number >> (32 - $bits) === ip2long($base) >> (32 - $bits)) {
                return true;
            }
        }
        return false;
    }

    /** @return list<string> what the DNS, not the hosts file, says of a name */
    public static function resolve(string $host): array
    {
        if (filter_var($host, FILTER_VALIDATE_IP) !== false) {
            return [$host];
        }
        $records = @dns_get_record($host, DNS_A | DNS_AAAA) ?: [];
        return array_map(static fn (array $record) => $record['ip'] ?? $record['ipv6'], $records);
    }
}
