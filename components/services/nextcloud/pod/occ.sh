__PATIENTLY__
# Nextcloud says why it cannot connect on its output. Source: console.php of nextcloud/server.
occ() {
  local said failed=0
  said=$(php occ "$@") || failed=$?
  if [ "$failed" != 0 ]; then
    printf '%s\n' "$said" >&2
  elif [ -n "$said" ]; then
    printf '%s\n' "$said"
  fi
  return "$failed"
}
