#!/bin/sh
set -e
if [ "$1" = remove ]; then
  __UNDIVERT__
fi
if [ "$1" = remove ] || [ "$1" = purge ]; then
  __PURGE__
fi
if [ "$1" = purge ]; then rm -rf __STATE__; fi
