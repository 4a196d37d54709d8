<?php
$database = require '__SCRIPTS__/database.php';
$left = $database->prepare('SELECT count(*) FROM oc_jobs WHERE class = ?');
$left->execute(['OC\\Migration\\BackgroundRepair']);
echo $left->fetchColumn();
