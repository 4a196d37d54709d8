#!/bin/sh
# Same rules as the official image's entrypoint: https://github.com/nextcloud/docker (README, "Auto configuration").
set -eu

html=/var/www/html source=/usr/src/nextcloud

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# version_greater A B: whether A is the newer of the two.
version_greater() {
  [ "$(printf '%s\n' "$@" | sort -t . -n -k1,1 -k2,2 -k3,3 -k4,4 | head -n 1)" != "$1" ]
}

version_of() {
  # shellcheck disable=SC2016
  php -r 'require $argv[1]; echo implode(".", $OC_Version);' "$1/version.php"
}

folder_empty() {
  [ -z "$(ls -A "$1/")" ]
}

run_as() {
  if [ "$(id -u)" = 0 ]; then su -p www-data -s /bin/sh -c "$1"; else sh -c "$1"; fi
}

run_hooks() {
  folder=/docker-entrypoint-hooks.d/$1
  [ -d "$folder" ] || return 0
  echo "=> Searching for hook scripts (*.sh) to run, located in the folder \"$folder\""
  find "$folder" -maxdepth 1 -iname '*.sh' '(' -type f -o -type l ')' -print | sort | while read -r script; do
    if [ ! -x "$script" ]; then
      echo "==> The script \"$script\" was skipped, because it lacks the executable flag"
      continue
    fi
    echo "==> Running the script (cwd: $(pwd)): \"$script\""
    run_as "$script" < /dev/null || fail "==> Failed at executing script \"$script\". Exit code: $?"
    echo "==> Finished executing the script: \"$script\""
  done
}

enabled_apps() {
  run_as "php $html/occ app:list" | sed -n '/Enabled:/,/Disabled:/s/^  - \([^:]*\):.*/\1/p'
}

# setting NAME: takes NAME from the file that NAME_FILE names, when that is set instead.
setting() {
  eval "value=\${$1:-} file=\${${1}_FILE:-}"
  if [ -n "$value" ] && [ -n "$file" ]; then
    fail "error: both $1 and ${1}_FILE are set (but are exclusive)"
  fi
  if [ -n "$file" ]; then value=$(cat "$file"); fi
  if [ -n "$value" ]; then export "$1=$value"; fi
  unset "${1}_FILE"
}

# PHP sessions go to Redis by an ini file: a read-only or foreign-owned folder stops the container here.
write_session_settings() {
  ini=/usr/local/etc/php/conf.d/redis-session.ini
  echo 'Configuring Redis as session handler'
  password=${REDIS_HOST_PASSWORD:-}
  if [ -n "${REDIS_HOST_PASSWORD_FILE:-}" ] && [ -f "$REDIS_HOST_PASSWORD_FILE" ]; then
    password=$(cat "$REDIS_HOST_PASSWORD_FILE")
  fi
  user=${REDIS_HOST_USER:+auth[]=$REDIS_HOST_USER&}
  query=${password:+?${user}auth${user:+[]}=$password}
  case $REDIS_HOST in
    /*) path=unix://$REDIS_HOST$query ;;
    *) path=tcp://$REDIS_HOST:${REDIS_HOST_PORT:-6379}$query ;;
  esac
  {
    echo 'session.save_handler = redis'
    echo "session.save_path = \"$path\""
    echo 'redis.session.locking_enabled = 1'
    echo 'redis.session.lock_retries = -1'
    echo 'redis.session.lock_wait_time = 10000'
  } > "$ini"
}

copy_code() {
  rsync "$@" --delete --exclude-from=/upgrade.exclude "$source/" "$html/"
  for folder in config data custom_apps themes; do
    if [ ! -d "$html/$folder" ] || folder_empty "$html/$folder"; then
      rsync "$@" --include "/$folder/" --exclude '/*' "$source/" "$html/"
    fi
  done
  # Copied before the upgrade, as the official image does: a container killed in between skips the upgrade.
  rsync "$@" --include /version.php --exclude '/*' "$source/" "$html/"
}

install_options() {
  if [ -n "${SQLITE_DATABASE:-}" ]; then
    # shellcheck disable=SC2016
    echo '--database-name "$SQLITE_DATABASE"'
  elif [ -n "${MYSQL_DATABASE:-}" ] && [ -n "${MYSQL_USER:-}" ] && [ -n "${MYSQL_PASSWORD:-}" ] && [ -n "${MYSQL_HOST:-}" ]; then
    # shellcheck disable=SC2016
    echo '--database mysql --database-name "$MYSQL_DATABASE" --database-user "$MYSQL_USER" --database-pass "$MYSQL_PASSWORD" --database-host "$MYSQL_HOST"'
  elif [ -n "${POSTGRES_DB:-}" ] && [ -n "${POSTGRES_USER:-}" ] && [ -n "${POSTGRES_PASSWORD:-}" ] && [ -n "${POSTGRES_HOST:-}" ]; then
    # shellcheck disable=SC2016
    echo '--database pgsql --database-name "$POSTGRES_DB" --database-user "$POSTGRES_USER" --database-pass "$POSTGRES_PASSWORD" --database-host "$POSTGRES_HOST"'
  fi
}

install_instance() {
  echo 'New nextcloud instance'
  setting NEXTCLOUD_ADMIN_USER
  setting NEXTCLOUD_ADMIN_PASSWORD
  for name in DATABASE USER PASSWORD; do setting "MYSQL_$name"; done
  for name in DB USER PASSWORD; do setting "POSTGRES_$name"; done
  options=$(install_options)
  if [ -z "${NEXTCLOUD_ADMIN_USER:-}" ] || [ -z "${NEXTCLOUD_ADMIN_PASSWORD:-}" ] || [ -z "$options" ]; then
    echo 'Next step: Access your instance to finish the web-based installation!'
    echo 'Hint: You can specify NEXTCLOUD_ADMIN_USER and NEXTCLOUD_ADMIN_PASSWORD and the database variables _prior to first launch_ to fully automate initial installation.'
    return 0
  fi
  # shellcheck disable=SC2016
  options='-n --admin-user "$NEXTCLOUD_ADMIN_USER" --admin-pass "$NEXTCLOUD_ADMIN_PASSWORD" '$options
  # shellcheck disable=SC2016
  if [ -n "${NEXTCLOUD_DATA_DIR:-}" ]; then options="$options --data-dir \"\$NEXTCLOUD_DATA_DIR\""; fi
  run_hooks pre-installation
  echo 'Starting nextcloud installation'
  tries=1
  until run_as "php $html/occ maintenance:install $options"; do
    if [ "$tries" -ge 11 ]; then fail 'Installing of nextcloud failed!'; fi
    echo 'Retrying install...'
    tries=$((tries + 1))
    sleep 10
  done
  if [ -n "${NEXTCLOUD_TRUSTED_DOMAINS:-}" ]; then
    echo 'Setting trusted domains…'
    index=1
    set -f
    for domain in $NEXTCLOUD_TRUSTED_DOMAINS; do
      run_as "php $html/occ config:system:set trusted_domains $index --value=\"$domain\""
      index=$((index + 1))
    done
    set +f
  fi
  run_hooks post-installation
}

initialize() {
  installed=0.0.0.0
  if [ -f "$html/version.php" ]; then installed=$(version_of "$html"); fi
  image=$(version_of "$source")
  if version_greater "$installed" "$image"; then
    fail "Can't start Nextcloud because the version of the data ($installed) is higher than the docker image version ($image) and downgrading is not supported. Are you sure you have pulled the newest image version?"
  fi
  if version_greater "$image" "$installed"; then
    echo "Initializing nextcloud $image ..."
    if [ "$installed" != 0.0.0.0 ]; then
      if [ "${image%%.*}" -gt "$((${installed%%.*} + 1))" ]; then
        fail "Can't start Nextcloud because upgrading from $installed to $image is not supported. It is only possible to upgrade one major version at a time."
      fi
      echo "Upgrading nextcloud from $installed ..."
      enabled_apps > /tmp/apps_before
    fi
    if [ "$(id -u)" = 0 ]; then
      copy_code -rlDog --chown www-data:www-data
    else
      copy_code -rlD
    fi
    if [ "$installed" = 0.0.0.0 ]; then
      install_instance
    else
      run_hooks pre-upgrade
      run_as "php $html/occ upgrade"
      enabled_apps > /tmp/apps_after
      echo 'The following apps have been disabled:'
      diff /tmp/apps_before /tmp/apps_after | sed -n 's/^< //p'
      rm -f /tmp/apps_before /tmp/apps_after
      run_hooks post-upgrade
    fi
    echo 'Initializing finished'
  fi
  if [ -n "${NEXTCLOUD_INIT_HTACCESS:-}" ]; then run_as "php $html/occ maintenance:update:htaccess"; fi
}

warn_about_old_configuration() {
  for path in "$source"/config/*.config.php; do
    file=$(basename "$path")
    if [ -f "$html/config/$file" ] && ! cmp -s "$path" "$html/config/$file"; then
      echo "Warning: $html/config/$file differs from the latest version of this image at $path"
    fi
  done
}

case $1 in apache* | php-fpm) wanted=1 ;; *) wanted=${NEXTCLOUD_UPDATE:-0} ;; esac

if [ "$wanted" = 1 ]; then
  if [ -n "${REDIS_HOST+x}" ]; then write_session_settings; fi
  (
    if ! flock -n 9; then
      echo 'Another process is initializing Nextcloud. Waiting...'
      flock 9
    fi
    initialize
  ) 9> "$html/nextcloud-init-sync.lock"
  warn_about_old_configuration
  run_hooks before-starting
fi

exec "$@"
