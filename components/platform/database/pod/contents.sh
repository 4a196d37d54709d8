__SERVER__
export PGOPTIONS='__SUPERUSER_OPTIONS__'
# How many rows each table of a database has, and where each sequence is. What is in a database runs as whoever looks at it:
# that is who owns each.
contents() {
  local owners owner
  owners=$(query --dbname="$1" << 'SQL'
SELECT tableowner
__OWN_TABLES__
UNION SELECT sequenceowner FROM pg_sequences
 ORDER BY 1
SQL
  )
  printf '%s' "$owners" | while read -r owner || [ -n "$owner" ]; do
    query --dbname="$1" --username="$owner" << 'SQL'
SELECT format('SELECT %L, count(*) FROM %I.%I', schemaname || '.' || tablename, schemaname, tablename)
__OWN_TABLES__ AND tableowner = current_user
UNION ALL
SELECT format('SELECT %L, last_value FROM %I.%I', schemaname || '.' || sequencename, schemaname, sequencename)
  FROM pg_sequences WHERE sequenceowner = current_user
 ORDER BY 1 \gexec
SQL
  done
}
