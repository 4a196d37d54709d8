#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  deb-systemd-invoke stop commune-school-sync.timer commune-school-sync.service > /dev/null || true
fi
