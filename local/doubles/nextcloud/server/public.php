<?php

declare(strict_types=1);

namespace CommuneDouble;

require __DIR__ . '/lib/bootstrap.php';

Web::serve(Dav::answerPublic(...), Dav::fail(...));
