<?php

declare(strict_types=1);

namespace CommuneDouble;

require __DIR__ . '/lib/bootstrap.php';

Web::serve(Pages::show(...), static function (\Throwable $error): void {
    if ($error instanceof HttpException) {
        http_response_code($error->status);
        Pages::error('Nextcloud (double)', htmlspecialchars($error->getMessage()));
    } elseif ($error instanceof HintException) {
        http_response_code(503);
        Pages::error('Error', htmlspecialchars($error->getMessage() . ' ' . $error->hint));
    } else {
        http_response_code(500);
        Pages::error('Internal Server Error', 'The server was unable to complete your request. More details can be found in the server log.');
    }
});
