<?php
$texts = [
    'OVERWRITEHOST' => 'overwritehost',
    'OVERWRITEPROTOCOL' => 'overwriteprotocol',
    'OVERWRITECLIURL' => 'overwrite.cli.url',
    'OVERWRITEWEBROOT' => 'overwritewebroot',
    'OVERWRITECONDADDR' => 'overwritecondaddr',
];
$lists = [
    'TRUSTED_PROXIES' => 'trusted_proxies',
    'FORWARDED_FOR_HEADERS' => 'forwarded_for_headers',
];
foreach ($texts as $variable => $key) {
    if (getenv($variable)) {
        $CONFIG[$key] = getenv($variable);
    }
}
foreach ($lists as $variable => $key) {
    if (getenv($variable)) {
        $CONFIG[$key] = array_values(array_filter(explode(' ', (string) getenv($variable))));
    }
}
