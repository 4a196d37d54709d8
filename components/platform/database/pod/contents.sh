__SERVER__
# How many rows each table of a database has, and where each sequence is.
contents() {
  query --dbname="$1" << 'SQL'
SELECT format('SELECT %L, count(*) FROM %I.%I', schemaname || '.' || tablename, schemaname, tablename)
__OWN_TABLES__
UNION ALL
SELECT format('SELECT %L, last_value FROM %I.%I', schemaname || '.' || sequencename, schemaname, sequencename)
  FROM pg_sequences
 ORDER BY 1 \gexec
SQL
}
