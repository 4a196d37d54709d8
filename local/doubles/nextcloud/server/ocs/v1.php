<?php

declare(strict_types=1);

namespace CommuneDouble;

require __DIR__ . '/../lib/bootstrap.php';

Web::serve(
    static fn (Web $web) => Ocs::answer($web, 1),
    static fn (\Throwable $error) => Ocs::fail($error, 1),
);
