<?php
[$host, $port] = explode(':', getenv('POSTGRES_HOST'));
return new PDO(
  "pgsql:host=$host;port=$port;dbname=" . getenv('POSTGRES_DB') . ';connect_timeout=5',
  getenv('POSTGRES_USER'),
  trim(file_get_contents(getenv('POSTGRES_PASSWORD_FILE'))),
);
