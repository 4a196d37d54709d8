<?php

declare(strict_types=1);

namespace CommuneDouble\Sharing;

/** `name@host`: an account of another server, as people write it. */
final class CloudId
{
    private function __construct(public readonly string $user, public readonly string $remote)
    {
    }

    /** Reads `name@host`, with `https://` before the host or without; null when it is none. */
    public static function of(string $text): ?self
    {
        if (preg_match('#^(.+)@((?:https?://)?[^@]+)$#', rtrim($text, '/'), $parts) !== 1) {
            return null;
        }
        return new self($parts[1], $parts[2]);
    }

    public function address(): string
    {
        return preg_match('#^https?://#', $this->remote) === 1 ? $this->remote : "https://$this->remote";
    }

    public function host(): string
    {
        return (string) preg_replace('#^https?://#', '', $this->remote);
    }
}
