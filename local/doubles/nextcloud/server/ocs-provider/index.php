<?php

declare(strict_types=1);

namespace CommuneDouble;

require __DIR__ . '/../lib/bootstrap.php';

Web::serve(static function (Web $web): void {
    $web->requireUsable();
    header('Content-Type: application/json; charset=utf-8');
    echo json_encode(Federation\Discovery::own($web->server), JSON_UNESCAPED_SLASHES);
}, static function (\Throwable $error): void {
    http_response_code($error instanceof HttpException ? $error->status : 500);
});
