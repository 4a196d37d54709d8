<?php
$database = require '__SCRIPTS__/database.php';
$database->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
if ($database->query("SELECT to_regclass('oc_previews')")->fetchColumn() !== null) {
  $database->exec('DELETE FROM oc_previews');
}
