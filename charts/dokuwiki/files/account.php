<?php
$password = rtrim(file_get_contents('/run/secrets/admin/@admin.key@'), "\n");
echo implode(':', [
  '@admin.user@',
  password_hash($password, PASSWORD_BCRYPT),
  'Administration',
  '@admin.mail@',
  'admin,user',
]), "\n";
