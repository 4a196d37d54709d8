<?php
$niveauDossier = 1;
require './vendor/autoload.php';
require './include/securite.class.php';
require './include/functions.inc.php';
require './personnalisation/connect.inc.php';
require './include/config.inc.php';
require './include/misc.inc.php';
require "./include/$dbsys.inc.php";
require './include/settings.class.php';
if (!Settings::load()) exit;
require './include/session.inc.php';
$types = ['gif' => 'image/gif', 'jpeg' => 'image/jpeg', 'jpg' => 'image/jpeg', 'pdf' => 'application/pdf', 'png' => 'image/png', 'webp' => 'image/webp'];
$name = basename(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
$file = "./personnalisation/$gcDossierDoc/$name";
$type = $types[pathinfo($name, PATHINFO_EXTENSION)] ?? null;
if (!grr_resumeSession() || $type === null || !is_file($file)) {
  http_response_code(404);
  exit;
}
header("Content-Type: $type");
header('Content-Length: ' . filesize($file));
readfile($file);
