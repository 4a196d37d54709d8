set -eu
cd /usr/src/app
export HOME=/tmp RAILS_ENV=production RAILS_LOG_TO_STDOUT=yes RAILS_SERVE_STATIC_FILES=yes
export FOODSOFT_APP_CONFIG=/config/app_config.yml WEB_CONCURRENCY=0 RAILS_MAX_THREADS=1
# glibc keeps less of what was given back.
export MALLOC_ARENA_MAX=2
SECRET_KEY_BASE=$(cat /run/secrets/cookies/@cookies.key@)
export SECRET_KEY_BASE
