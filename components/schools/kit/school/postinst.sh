#!/bin/sh
set -e
case $1 in
  configure)
    adduser --system --quiet --group --home __STATE__ --no-create-home --force-badname __USER__
    install -d -m 0755 -o __USER__ -g __USER__ __STATE__ __STATE__/library __STATE__/library/lessons
    ;;
  triggered) ;;
  *) exit 0 ;;
esac
/usr/lib/commune-school/apply
# The packaged folders become the user's, so that shelves can stand in them.
chown -R __USER__:__USER__ __STATE__/library
if [ "$1" = configure ]; then
  __ENABLE__
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload > /dev/null || true
    deb-systemd-invoke start commune-school-sync.timer > /dev/null || true
  fi
fi
