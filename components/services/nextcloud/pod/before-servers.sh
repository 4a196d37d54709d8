#!/bin/sh
set -eu
__PATIENTLY__
php __SCRIPTS__/archives.php put
patiently php -d display_errors=stderr -r '
  require "__SCRIPTS__/state.php";
  $version = found(require "__SCRIPTS__/database.php")["version"];
  if ($version !== null) file_put_contents("/var/www/html/version.php", "<?php\n\$OC_Version = [" . strtr($version, ".", ",") . "];\n");'
exec sh __SCRIPTS__/before.sh
