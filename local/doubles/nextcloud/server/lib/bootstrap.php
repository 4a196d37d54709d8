<?php

declare(strict_types=1);

// A double of Nextcloud: none of its code, the same doors. Every entry script starts here.

namespace CommuneDouble;

\define(__NAMESPACE__ . '\\ROOT', \dirname(__DIR__));

spl_autoload_register(static function (string $class): void {
    $prefix = __NAMESPACE__ . '\\';
    if (str_starts_with($class, $prefix)) {
        require __DIR__ . '/' . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
    }
});

set_error_handler(static function (int $level, string $message, string $file, int $line): bool {
    if ((error_reporting() & $level) === 0) {
        return false;
    }
    throw new \ErrorException($message, 0, $level, $file, $line);
});

if (PHP_SAPI !== 'cli') {
    header('X-Commune-Double: nextcloud');
    // A web server that says so sends these by itself, as the real one is told.
    if (($_SERVER['modHeadersAvailable'] ?? '') !== 'true') {
        header('X-Robots-Tag: noindex, nofollow');
        header('X-Content-Type-Options: nosniff');
    }
}
