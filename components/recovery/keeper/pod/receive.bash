umask 077
password=$(cat "$PASSWORD_FILE")
password=${password//\\/\\\\}
printf '*:*:*:*:%s\n' "${password//:/\\:}" > "$PGPASSFILE"
unset password
receiver=
trap '[ -z "$receiver" ] || kill "$receiver" 2> /dev/null; exit 0' TERM INT
while true; do
  if ! [ -e "$SPOOL/__HOLD__" ] && [ -e "$SPOOL/__RECEIVE__" ] &&
    read -r chain bytes < "$SPOOL/__RECEIVE__"; then
    folder=$SPOOL/chains/$chain/received
    find "$folder" -name '*.partial' ! -size "${bytes}c" -delete || true
    pg_receivewal --no-password --no-loop --synchronous --slot=__SLOT_NAME__ --directory="$folder" &
    receiver=$!
    wait "$receiver" || true
    receiver=
  fi
  sleep 1 &
  wait $!
done
