<?php
// The double keeps files on disk only: it refuses to start when this is set (see lib/Server.php).
if (getenv('OBJECTSTORE_S3_BUCKET')) {
    $CONFIG = [
        'objectstore' => [
            'class' => '\OC\Files\ObjectStore\S3',
            'arguments' => ['bucket' => getenv('OBJECTSTORE_S3_BUCKET')],
        ],
    ];
}
