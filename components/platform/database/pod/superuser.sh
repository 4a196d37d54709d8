__SERVER__

mark=superuser-password
if [ -z "$(major_of pgdata)" ]; then
  echo "A new server: it begins with $LABEL."
  exit 0
fi
if [ "$(cat "$mark" 2> /dev/null)" = "$LABEL" ]; then exit 0; fi
start pgdata
# The statement carries the password: it must not reach the server's log, even when it fails.
query << 'SQL'
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET log_min_duration_statement = -1;
\set password `cat "$POSTGRES_PASSWORD_FILE"`
ALTER ROLE postgres PASSWORD :'password';
SQL
stop pgdata
echo "$LABEL" > "$mark.new"
mv "$mark.new" "$mark"
echo "The superuser has the password $LABEL."
