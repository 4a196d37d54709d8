<?php
// Source: .config/s3.config.php of nextcloud/docker; the toolkit sets none of these variables.
if (getenv('OBJECTSTORE_S3_BUCKET')) {
    $CONFIG = [
        'objectstore' => [
            'class' => '\OC\Files\ObjectStore\S3',
            'arguments' => [
                'bucket' => getenv('OBJECTSTORE_S3_BUCKET'),
                'region' => getenv('OBJECTSTORE_S3_REGION') ?: '',
                'hostname' => getenv('OBJECTSTORE_S3_HOST') ?: '',
                'port' => getenv('OBJECTSTORE_S3_PORT') ?: '',
                'key' => getenv('OBJECTSTORE_S3_KEY') ?: '',
                'secret' => getenv('OBJECTSTORE_S3_SECRET') ?: '',
                'use_ssl' => strtolower((string) getenv('OBJECTSTORE_S3_SSL')) !== 'false',
            ],
        ],
    ];
}
