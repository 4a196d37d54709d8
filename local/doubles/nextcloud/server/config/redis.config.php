<?php
if (getenv('REDIS_HOST')) {
    $CONFIG = [
        'memcache.distributed' => '\OC\Memcache\Redis',
        'memcache.locking' => '\OC\Memcache\Redis',
        'redis' => [
            'host' => getenv('REDIS_HOST'),
            'password' => getenv('REDIS_HOST_PASSWORD_FILE')
                ? trim((string) file_get_contents((string) getenv('REDIS_HOST_PASSWORD_FILE')))
                : (string) getenv('REDIS_HOST_PASSWORD'),
        ],
    ];
    if (getenv('REDIS_HOST_PORT') !== false) {
        $CONFIG['redis']['port'] = (int) getenv('REDIS_HOST_PORT');
    } elseif (str_starts_with((string) getenv('REDIS_HOST'), '/')) {
        $CONFIG['redis']['port'] = 0;
    }
    if (getenv('REDIS_HOST_USER') !== false) {
        $CONFIG['redis']['user'] = (string) getenv('REDIS_HOST_USER');
    }
}
