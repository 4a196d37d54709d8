<?php

declare(strict_types=1);

namespace CommuneDouble;

/** A command line that cannot be understood. */
final class ConsoleException extends \Exception
{
}
