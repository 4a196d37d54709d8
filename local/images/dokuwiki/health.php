<?php
// Whether the wiki starts: its settings can be read and its folders written.
define('DOKU_INC', __DIR__ . '/');
define('NOSESSION', true);
header('Content-Type: text/plain; charset=utf-8');
ob_start();
require DOKU_INC . 'inc/init.php';
ob_end_clean();
echo 'ok';
