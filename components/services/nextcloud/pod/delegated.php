<?php
$database = require '__SCRIPTS__/database.php';
$found = $database->prepare('SELECT count(*) FROM oc_authorized_groups WHERE group_id = ? AND class = ?');
$found->execute([$argv[1], 'OCA\\Federation\\Settings\\Admin']);
echo $found->fetchColumn();
