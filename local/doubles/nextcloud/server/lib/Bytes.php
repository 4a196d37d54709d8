<?php

declare(strict_types=1);

namespace CommuneDouble;

/** Sizes as administrators write them: `5 GB`, which is 5 GiB here as in the real one. */
final class Bytes
{
    /** Null for words such as `none`. */
    public static function of(string $text): ?int
    {
        if (preg_match('/^([\d.]+)\s*([kmgtp]?)i?b?$/i', trim($text), $parts) !== 1) {
            return null;
        }
        $power = strpos('kmgtp', strtolower($parts[2]) ?: '-');
        return (int) ((float) $parts[1] * 1024 ** ($power === false ? 0 : $power + 1));
    }
}
