#!/bin/sh
# Same contract as the official image: https://github.com/valkey-io/valkey-container
set -eu

case ${1:-} in
  -* | *.conf) set -- valkey-server "$@" ;;
esac

if [ "${1:-}" = valkey-server ] && [ "$(id -u)" = 0 ]; then
  find . \! -user valkey -exec chown valkey '{}' +
  exec setpriv --reuid valkey --regid valkey --init-groups "$0" "$@"
fi

# The official image is compiled with the protected mode off; Debian's server needs it said.
if [ "${1:-}" = valkey-server ]; then
  configured=$(case ${2:-} in *.conf) grep -i '^[[:space:]]*protected-mode' "$2" || true ;; esac)
  case " $* " in *' --protected-mode '* | *' --help '* | *' --version '*) configured=yes ;; esac
  if [ -z "$configured" ]; then set -- "$@" --protected-mode no; fi
  # The words of VALKEY_EXTRA_FLAGS are separate arguments.
  # shellcheck disable=SC2086
  set -- "$@" ${VALKEY_EXTRA_FLAGS:-}
fi

# Dumps are for the server alone.
if [ "$(umask)" = 0022 ]; then umask 0077; fi

exec "$@"
