others=$(root << SQL
SELECT GROUP_CONCAT(name) FROM (
  SELECT CONCAT(LOWER(table_type), ' ', table_name) AS name FROM information_schema.tables
   WHERE table_schema IN ('$own', '$coming') AND table_type <> 'BASE TABLE'
  UNION SELECT CONCAT('trigger ', trigger_name) FROM information_schema.triggers WHERE trigger_schema IN ('$own', '$coming')
) AS others;
SQL
)
[ "$others" = NULL ] || fail "these cannot be moved with the tables: $others. Remove them, or put the rows back by hand"
