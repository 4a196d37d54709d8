#!/bin/bash
# As the official image does: a template that has PostGIS, and PostGIS in the database that is there at first.
# https://github.com/postgis/docker-postgis
set -euo pipefail
export PGHOST='' PGUSER=$POSTGRES_USER
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname=postgres --command='CREATE DATABASE template_postgis IS_TEMPLATE true'
for database in template_postgis "$POSTGRES_DB"; do
  psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname="$database" \
    --command='CREATE EXTENSION IF NOT EXISTS postgis' --command='CREATE EXTENSION IF NOT EXISTS postgis_topology'
done
