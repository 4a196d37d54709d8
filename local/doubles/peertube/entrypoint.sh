#!/bin/sh
# The contract of PeerTube's image: as root it gives /config and /data to peertube and goes on as peertube; as
# any other user it only goes on.
set -e

give() {
  find "$1" ! -user peertube -exec chown peertube:peertube {} \;
}

case $1 in
  -* | *.conf) set -- node "$@" ;;
esac

if [ "$(id -u)" = 0 ]; then
  give /config || true
  if [ "$1" = node ]; then
    give /data
    exec setpriv --reuid=peertube --regid=peertube --init-groups "$0" "$@"
  fi
fi

exec "$@"
