# Moves the tables of the application's own database to the first one that is named, and those of the second one to it, in
# one statement, which MariaDB does whole or not at all.
# Source: https://mariadb.com/kb/en/rename-table/, https://mariadb.com/kb/en/atomic-ddl/
move() {
  local rename
  rename=$(root << SQL
SET SESSION group_concat_max_len = 16777216;
SELECT CONCAT('RENAME TABLE ', GROUP_CONCAT(
  CONCAT(table_schema, '.', quoted, ' TO ', IF(table_schema = '$own', '$1', '$own'), '.', quoted)
  ORDER BY table_schema = '$2'))
  FROM (SELECT table_schema, CONCAT(CHAR(96), REPLACE(table_name, CHAR(96), CONCAT(CHAR(96), CHAR(96))), CHAR(96)) AS quoted
          FROM information_schema.tables WHERE table_schema IN ('$own', '$2')) AS both_of_them;
SQL
  )
  # Who holds a table is nobody of the application's, which has ended.
  printf 'SET SESSION lock_wait_timeout = 60;\n%s;\n' "$rename" | root
}
