<?php

declare(strict_types=1);

require __DIR__ . '/lib/bootstrap.php';

exit(CommuneDouble\Console::main($argv));
