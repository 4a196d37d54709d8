# Whether an app is there and switched on.
isEnabled() {
  patiently occ app:list --output=json | tail -n 1 |
    php -r 'exit(isset(json_decode(stream_get_contents(STDIN), true)["enabled"][$argv[1]]) ? 0 : 1);' "$1"
}
