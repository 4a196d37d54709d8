end_when_still() {
  "$@" <&0 &
  local pid=$! status=0
  {
    marked=0 since=$SECONDS
    # Nobody who reads what the command writes waits for this pause.
    while sleep __SAMPLE_SECONDS__ > /dev/null 2>&1; do
      moved=0
      while read -r name bytes; do
        case $name in rchar: | wchar:) moved=$((moved + bytes)) ;; esac
      done 2> /dev/null < "/proc/$pid/io" || break
      if [ $((moved - marked)) -ge __LEAST_BYTES__ ]; then
        marked=$moved since=$SECONDS
      elif [ $((SECONDS - since)) -ge __STILL_SECONDS__ ]; then
        echo "$1: nothing moved for $((SECONDS - since)) s" >&2
        kill "$pid"
        sleep __GRACE_SECONDS__ > /dev/null 2>&1
        kill -KILL "$pid" 2> /dev/null || true
        break
      fi
    done
  } > /dev/null &
  local watcher=$!
  wait "$pid" || status=$?
  kill "$watcher" 2> /dev/null || true
  return "$status"
}
