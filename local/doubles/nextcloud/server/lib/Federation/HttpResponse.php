<?php

declare(strict_types=1);

namespace CommuneDouble\Federation;

/** What another server answered with success. */
final class HttpResponse
{
    public function __construct(public readonly int $status, public readonly string $body)
    {
    }

    /** @return array<mixed>|null the body as JSON; null if it is none */
    public function json(): ?array
    {
        $decoded = json_decode($this->body, true);
        return is_array($decoded) ? $decoded : null;
    }
}
