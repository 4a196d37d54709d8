installed() {
  php -r 'is_file($argv[1]) && include $argv[1]; exit(($CONFIG["installed"] ?? false) === true ? 0 : 1);' config/config.php > /dev/null 2>&1
}
copy() {
  cp -p "$1" config/copy && mv config/copy "$2"
}
keep() {
  copy config/config.php config/config.php.kept
}
mend() {
  if ! installed && [ -s config/config.php.kept ]; then
    echo 'config.php was being written when the last start was cut short: it is as before.'
    copy config/config.php.kept config/config.php
  fi
}
