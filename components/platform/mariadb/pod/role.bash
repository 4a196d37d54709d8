__CONNECT__
password=$(cat /run/secrets/client/password)
on="ON \`$DATABASE\`.*"
has=$(sql --skip-column-names --execute="SELECT COUNT(*) FROM mysql.db WHERE User = '$DATABASE' AND Db = '$DATABASE'")
if [ "$has" = 0 ]; then rights="GRANT __GIVEN_RIGHTS__ $on TO"; else rights="REVOKE __WITHDRAWN_RIGHTS__ $on FROM"; fi
sql << SQL
CREATE DATABASE IF NOT EXISTS \`$DATABASE\`;
CREATE USER IF NOT EXISTS '$DATABASE'@'%';
ALTER USER '$DATABASE'@'%' IDENTIFIED BY '$password'
  WITH MAX_USER_CONNECTIONS __CONNECTIONS_PER_CLIENT__ MAX_STATEMENT_TIME 120;
$rights '$DATABASE'@'%';
SQL
