<?php

declare(strict_types=1);

namespace CommuneDouble;

require __DIR__ . '/lib/bootstrap.php';

if (PHP_SAPI !== 'cli') {
    http_response_code(400);
    header('Content-Type: application/json');
    exit('{"data":{"message":"Backgroundjobs are using system cron!"},"status":"error"}');
}

$refusal = Config::refusalOfUser();
if ($refusal !== null) {
    fwrite(STDERR, $refusal);
    exit(1);
}

try {
    $server = new Server();
    if ($server->needsUpgrade()) {
        $server->log->write('debug', 'Update required, skipping cron', 'cron');
        exit(0);
    }
    if ($server->config->bool('maintenance')) {
        $server->log->write('debug', 'We are in maintenance mode, skipping cron', 'cron');
        exit(0);
    }
    if (!$server->config->bool('installed')) {
        exit(0);
    }
    $server->cache();
    $server->settings()->set('core', 'backgroundjobs_mode', 'cron');
    $server->log->write('debug', Jobs::run($server, array_slice($argv, 1)) . ' jobs ran', 'cron');
} catch (\Throwable $error) {
    fwrite(STDERR, $error::class . ': ' . $error->getMessage() . PHP_EOL);
    exit(1);
}
