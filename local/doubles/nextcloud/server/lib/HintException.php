<?php

declare(strict_types=1);

namespace CommuneDouble;

/** A refusal that tells the administrator what to do. */
final class HintException extends \Exception
{
    public function __construct(string $message, public readonly string $hint = '')
    {
        parent::__construct($message);
    }
}
