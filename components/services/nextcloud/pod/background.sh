#!/bin/sh
set -eu
cd /var/www/html
__JOBS__
