set -euo pipefail
__RELEASE__
__PREPARE__
key=$(head -c 24 /dev/urandom | base64 --wrap=0 | tr -dc A-Za-z0-9)
exec {sum}> >(sha256sum >&2)
{ echo "\\restrict $key"; tee /dev/fd/$sum | sed '/^\\\(un\)\{0,1\}restrict /d'; } |
  psql --username=__COMING__ --dbname=__COMING__ --no-psqlrc --quiet --set=ON_ERROR_STOP=1 > /dev/null
exec {sum}>&-
wait $!
tables=$(psql --username=__COMING__ --dbname=__COMING__ --no-psqlrc --tuples-only --no-align --command="SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
[ "$tables" != 0 ] || { echo "the dump has no table" >&2; exit 1; }
