#!/bin/sh
set -eu
[ "${USER:-__ACCOUNT__}" = __ACCOUNT__ ] || exit 0
home=/home/__ACCOUNT__
pkill -KILL -u __ACCOUNT__ || true
find "$home" -mindepth 1 -xdev -delete
cp -a /etc/skel/. "$home/"
chown -R __ACCOUNT__:__ACCOUNT__ "$home"
find /tmp /var/tmp -xdev -user __ACCOUNT__ -delete
