import { wholeMark } from "../../platform/database/exchange.ts";
import { besideDatabases } from "../../platform/mariadb/exchange.ts";
import { mariadbConnecting } from "./mariadb-dump.ts";
import { pointsFolders, workFiles } from "./settings.ts";

const { coming } = besideDatabases(`\${DATABASE}`, `\${POINT}`);

/**
 * Brings the rows of a point into the empty database that was made beside the application's, counts each table, and says
 * that it is whole when all counts are the manifest's. A dump is read by a user that reaches that database alone, and by a
 * client that runs no command of it (`--sandbox`).
 */
export const mariadbLoadScript = `cd ${pointsFolders.work}
set -a
. ./${workFiles.repository}
set +a
BESIDE=${coming}
${mariadbConnecting('"$BESIDE"')}timeout 6h ${pointsFolders.tools}/restic dump --quiet "$(cat ${workFiles.snapshot})" "$DATABASE.sql" | sql --sandbox "$BESIDE"
sql "$BESIDE" > statements << 'SQL'
SELECT CONCAT('SELECT ', QUOTE(table_name), ', COUNT(*) FROM ', CHAR(96), table_name, CHAR(96), ';')
  FROM information_schema.tables WHERE table_schema = DATABASE();
SQL
sql "$BESIDE" < statements > counted
diff <(sort ${workFiles.expected}) <(sort counted) >&2 || { echo "$BESIDE has not the rows of the point: < is the point, > is what came." >&2; exit 1; }
sql --execute="ALTER DATABASE $BESIDE COMMENT = '${wholeMark}'"
echo "$BESIDE: $(wc -l < counted) tables, each with as many rows as the point"
`;
