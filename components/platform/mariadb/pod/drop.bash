__CONNECT__
sql << SQL
DROP DATABASE IF EXISTS \`$DATABASE\`;
DROP USER IF EXISTS '$DATABASE'@'%';
SQL
sql --batch --skip-column-names > /tmp/beside << SQL
SELECT CONCAT('DROP DATABASE ', schema_name, ';') FROM information_schema.schemata
 WHERE LEFT(schema_name, CHAR_LENGTH('$DATABASE') + 1) = '${DATABASE}_';
SELECT CONCAT('DROP USER ', QUOTE(user), '@', QUOTE(host), ';') FROM mysql.user
 WHERE LEFT(user, CHAR_LENGTH('$DATABASE') + 1) = '${DATABASE}_';
SQL
sql < /tmp/beside
