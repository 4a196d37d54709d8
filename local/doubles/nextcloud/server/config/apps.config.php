<?php
$CONFIG = [
    'apps_paths' => [
        ['path' => '/var/www/html/apps', 'url' => '/apps', 'writable' => false],
        ['path' => '/var/www/html/custom_apps', 'url' => '/custom_apps', 'writable' => true],
    ],
];
