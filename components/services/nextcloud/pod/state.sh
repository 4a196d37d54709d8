state() {
  php occ status --output=json | tail -n 1 |
    php -r 'echo json_encode(json_decode(stream_get_contents(STDIN), true)[$argv[1]] ?? null);' "$1"
}
