<?php

declare(strict_types=1);

namespace Aws\S3\Exception;

/** Failure of a request: its code is the status that the store answered, 0 if it answered nothing. */
final class S3Exception extends \RuntimeException
{
}
