#!/bin/sh
# Same contract as the official image: https://github.com/nginx/docker-nginx-unprivileged
set -eu

say() {
  if [ -z "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ]; then echo "$0: $*"; fi
}

# Templates are filled from the environment; variables that are not set, such as nginx's own, stay as they are.
fill_templates() {
  templates=${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}
  suffix=${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}
  output=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}
  [ -d "$templates" ] || return 0
  if [ ! -w "$output" ]; then
    say "ERROR: $templates exists, but $output is not writable"
    return 0
  fi
  defined=$(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/${\1}/p' | grep "${NGINX_ENVSUBST_FILTER:-}")
  find -L "$templates" -type f -name "*$suffix" | while read -r template; do
    target=$output/${template#"$templates"/}
    target=${target%"$suffix"}
    mkdir -p "$(dirname "$target")"
    envsubst "$defined" < "$template" > "$target"
  done
}

case $1 in
  nginx | nginx-debug)
    for script in $(find /docker-entrypoint.d/ -follow -type f -name '*.sh' -print | sort -V); do
      if [ -x "$script" ]; then
        say "Launching $script"
        "$script"
      else
        say "Ignoring $script, not executable"
      fi
    done
    fill_templates
    say 'Configuration complete; ready for start up'
    ;;
esac

exec "$@"
