<?php

declare(strict_types=1);

// Libraries of others that a release brings along; here Amazon's alone, of which the double has a double.
foreach (['S3Exception', 'S3Client'] as $class) {
    require_once __DIR__ . "/$class.php";
}
