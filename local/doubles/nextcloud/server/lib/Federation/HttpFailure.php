<?php

declare(strict_types=1);

namespace CommuneDouble\Federation;

/** Another server answered with 4xx or 5xx (the code), could not be reached (0), or may not be asked (0). */
final class HttpFailure extends \RuntimeException
{
    public static function answered(string $method, string $url, int $status, string $body): self
    {
        $kind = $status < 500 ? 'Client' : 'Server';
        $summary = substr($body, 0, 120) . (strlen($body) > 120 ? ' (truncated...)' : '');
        return new self("$kind error: `$method $url` resulted in a `$status` response:\n$summary", $status);
    }
}
