<?php
// What the image brings counts where the volume says nothing.
if (!defined('DOKU_CONF')) define('DOKU_CONF', '/storage/conf/');
$config_cascade = [];
include __DIR__ . '/config_cascade.php';

$core = __DIR__ . '/../conf.core/';
foreach ($config_cascade as $name => $levels) {
  foreach (['default', 'protected'] as $level) {
    if (!is_array($levels[$level] ?? null) || !str_starts_with($levels[$level][0] ?? '', DOKU_CONF)) continue;
    $own = array_map(fn ($file) => $core . basename($file), $levels[$level]);
    $config_cascade[$name][$level] = array_merge($own, $levels[$level]);
  }
}
$config_cascade['main']['default'][] = $core . 'image.php';
array_unshift($config_cascade['main']['protected'], $core . 'image.protected.php');
