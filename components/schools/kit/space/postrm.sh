#!/bin/sh
set -e
if [ "$1" = purge ] && getent passwd __ACCOUNT__ > /dev/null; then
  deluser --quiet --remove-home __ACCOUNT__ || true
fi
