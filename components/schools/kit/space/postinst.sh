#!/bin/sh
set -e
if [ "$1" = configure ]; then
  if ! getent passwd __ACCOUNT__ > /dev/null; then
    adduser --quiet --disabled-password --gecos 'Usager' __ACCOUNT__
  fi
  chmod 0700 /home/__ACCOUNT__
fi
