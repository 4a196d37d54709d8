<?php

declare(strict_types=1);

namespace CommuneDouble;

require __DIR__ . '/lib/bootstrap.php';

Web::serve(static function (Web $web): void {
    $web->requireUsable(status: true);
    header('Content-Type: application/json');
    header('Access-Control-Allow-Origin: *');
    echo json_encode($web->server->version->status($web->server->config, $web->server->needsUpgrade()));
}, static function (\Throwable $error): void {
    // The real page says nothing either: the reason is in the log.
    http_response_code($error instanceof HttpException ? $error->status : 500);
});
