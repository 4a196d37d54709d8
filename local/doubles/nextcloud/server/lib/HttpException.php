<?php

declare(strict_types=1);

namespace CommuneDouble;

/** An answer other than success: status, the exception name that a DAV client reads, message. */
final class HttpException extends \Exception
{
    public function __construct(public readonly int $status, public readonly string $type, string $message)
    {
        parent::__construct($message);
    }
}
