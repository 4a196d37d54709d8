#!/bin/sh
set -e
if [ "$1" = install ] || [ "$1" = upgrade ]; then
  __DIVERT__
fi
