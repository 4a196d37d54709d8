#!/bin/sh
# The contract of PeerTube's image: under any user it tries to give /config to peertube, which under another than root is a
# harmless line for each thing there; as root it gives /data too, and goes on as peertube.
set -e

give() {
  find "$1" ! -user peertube -exec chown peertube:peertube {} \;
}

case $1 in
  -* | *.conf) set -- node "$@" ;;
esac

give /config || true
if [ "$1" = node ] && [ "$(id -u)" = 0 ]; then
  give /data
  exec setpriv --reuid=peertube --regid=peertube --init-groups "$0" "$@"
fi

exec "$@"
