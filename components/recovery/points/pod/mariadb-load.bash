cd __WORK__
set -a
. ./__REPOSITORY__
set +a
BESIDE=__COMING__
__CONNECT__
__END_WHEN_STILL__
end_when_still __TOOLS__/restic dump --quiet --no-lock "$(cat __SNAPSHOT__)" "$DATABASE.sql" | sql --sandbox "$BESIDE"
sql "$BESIDE" > statements << 'SQL'
SELECT CONCAT('SELECT ', QUOTE(table_name), ', COUNT(*) FROM ', CHAR(96), table_name, CHAR(96), ';')
  FROM information_schema.tables WHERE table_schema = DATABASE();
SQL
sql "$BESIDE" < statements > counted
diff <(sort __EXPECTED__) <(sort counted) >&2 || { echo "$BESIDE has not the rows of the point: < is the point, > is what came." >&2; exit 1; }
sql --execute="ALTER DATABASE $BESIDE COMMENT = '__WHOLE_MARK__'"
echo "$BESIDE: $(wc -l < counted) tables, each with as many rows as the point"
