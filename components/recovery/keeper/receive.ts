import { slotName, spoolFiles } from "./settings.ts";

/**
 * Receives the log into the folder that the program beside names, for ever: into another one as soon as it ends the
 * connection. A disk that was full leaves a file that is too short, in which nothing is, and with which it would not go on.
 * It is told by SPOOL and PASSWORD_FILE where they are.
 */
export const receiveScript = `umask 077
password=$(cat "$PASSWORD_FILE")
password=\${password//\\\\/\\\\\\\\}
printf '*:*:*:*:%s\\n' "\${password//:/\\\\:}" > "$PGPASSFILE"
unset password
receiver=
trap '[ -z "$receiver" ] || kill "$receiver" 2> /dev/null; exit 0' TERM INT
while true; do
  if ! [ -e "$SPOOL/${spoolFiles.hold}" ] && [ -e "$SPOOL/${spoolFiles.receive}" ] &&
    read -r chain bytes < "$SPOOL/${spoolFiles.receive}"; then
    folder=$SPOOL/chains/$chain/received
    find "$folder" -name '*.partial' ! -size "\${bytes}c" -delete || true
    pg_receivewal --no-password --no-loop --synchronous --slot=${slotName} --directory="$folder" &
    receiver=$!
    wait "$receiver" || true
    receiver=
  fi
  sleep 1 &
  wait $!
done
`;
