<?php
$dbHost = '@database.host@';
$dbPort = '@database.port@';
$dbDb = '@database.name@';
$dbUser = $dbDb;
$dbPass = rtrim(file_get_contents('/run/secrets/database/@database.key@'), "\n");
$table_prefix = 'grr';
// One connection for each page: kept ones are more than the server gives an association.
$db_nopersist = 1;
