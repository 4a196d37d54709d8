import type { types } from "@pulumi/kubernetes";
import { images } from "../../foundation/image/catalogue.ts";
import { metadataOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap } from "../../foundation/manifest/manifest.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity } from "../../foundation/manifest/security.ts";
import { besideServer } from "./exchange.ts";
import type { MariadbName, MariadbPlan } from "./plan.ts";
import { dataFolder } from "./prepare.ts";
import { changingRights, growingRights } from "./rights.ts";
import { oldVersionsMiB, shareMiB } from "./sizing.ts";

/** What one database may take of a server's volume together with the others of its owner. */
export interface RowsShare {
  database: string;
  /** Whose it is: the id of an association. */
  owner: string;
  /** What all databases of that owner may take, MiB; nobody is held to anything when absent. */
  rowsMiB: number | undefined;
}

/** Where the server's pod has what was measured last: a line for each owner, of four words (readMeasured). */
export const measuredFile = "/run/mysqld/measured";

/** For a shell beside the server: prints what was measured last, and nothing where nothing was. */
export const readMeasuredCommand = `cat ${measuredFile} 2> /dev/null || true`;

/** From which part of a share on it is told that it ends. */
const alarm = 0.8;

/** What an owner of databases takes of a server's volume. */
export interface MeasuredRows {
  /** The id of an association; `*` for the volume as a whole. */
  owner: string;
  takenMiB: number;
  mostMiB: number;
  state: "room" | "soon" | "full" | "closed";
}

/** Reads what was measured last. Lines that are none of it are left out. */
export function readMeasured(text: string): MeasuredRows[] {
  return text.split("\n").flatMap((line) => {
    const [, owner = "", taken, most, grade] = /^(\S+) (\d+) (\d+) ([012])$/.exec(line) ?? [];
    if (owner === "") return [];
    const [takenMiB, mostMiB] = [Number(taken) / 1024, Number(most) / 1024];
    const open = takenMiB >= alarm * mostMiB ? "soon" : "room";
    return [{ owner, takenMiB, mostMiB, state: grade === "2" ? "closed" : grade === "1" ? "full" : open }];
  });
}

const sharesFolder = "/etc/rows";

/** The ConfigMap of a server, and its volume in the pod: it changes while the pod runs, and restarts nobody. */
export const sharesName = ({ server }: MariadbName) => `${server}-rows`;

/** The shares of all databases on a server: lines of database, owner and KiB. */
export function rowsShares(server: MariadbName, workload: Workload, shares: readonly RowsShare[]): ConfigMap {
  const lines = shares.flatMap(({ database, owner, rowsMiB }) =>
    rowsMiB === undefined ? [] : [`${database} ${owner} ${rowsMiB * 1024}\n`],
  );
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadataOf(workload, sharesName(server)),
    data: { rows: lines.join("") },
  };
}

/**
 * For awk: decides who loses which rights. What a table says of its size follows from statistics that its owner may switch off: sizes
 * are those of folders. Rows that come from a restore point or an archive (exchange.ts) are beside those that are there, and
 * may be twice the share. Where the volume itself ends, nobody keeps more than an equal part of four fifths of it, so that
 * shares may be more than the volume together.
 */
const judge = `
function wanted(used, most, now) {
  if (used > most * 1.1) return 2
  if (used > most) return 1
  if (used < most * 0.9) return 0
  return now > 1 ? 1 : now
}
kind == "share" { owner[$1] = $2; if (!($2 in share)) owners++; share[$2] = $3 }
kind == "size" { folder = $2; sub(/.*\\//, "", folder); size[folder] = $1; if (folder in owner) taken[owner[folder]] += $1 }
kind == "right" {
  base = $1
  sub(/_.*/, "", base)
  if (!(base in owner)) next
  whose = owner[base]
  now = $4 == "Y" ? 0 : $5 == "Y" ? 1 : 2
  most = share[whose]
  equal = volume * 0.8 / owners
  if (left < volume * (now ? 0.2 : 0.1) && equal < most) most = equal
  want = wanted($1 == base ? taken[whose] : size[$1] / 2, most, now)
  if (want != now) print "change", want, $1, $2, $3
  if ($1 == base) print "owner", whose, taken[whose] + 0, int(most), want
}
END { print "owner", "*", volume - left, volume, 0 }`;

/**
 * For bash beside the server, while it runs: measures every few seconds, and takes from whoever has more than their share the
 * right to add rows, a tenth above it that to change them too. Reading, deleting and dropping stay. A connection keeps the
 * rights that it began with, so that each change ends those of the user. Below nine tenths all comes back: files of tables
 * do not shrink by themselves, and are written anew for who deleted. The rights themselves are what it remembers.
 * Source: https://mariadb.com/kb/en/grant/, https://mariadb.com/kb/en/innodb-file-per-table-tablespaces/
 */
function rowsScript(storageGiB: number): string {
  const [growing, changing] = [growingRights.join(", "), changingRights.join(", ")];
  return `trap 'exit 0' TERM
set -f
export MYSQL_PWD=$(cat /run/secrets/mariadb/password)
data=${dataFolder} volume=$((${storageGiB} * 1048576))
sql() { timeout 60 ${besideServer} --user=root --batch --raw --skip-column-names "$@"; }
declare -A told=()
undo=0 compacted=0

# The old versions of rows are everybody's, and grow while a transaction may still read them: the oldest ends.
shorten() {
  local had=$undo user
  undo=$(cd "$data" && find . -maxdepth 1 \\( -name 'undo0*' -o -name ibdata1 \\) -printf '%k\\n' | awk '{ sum += $1 } END { print sum + 0 }')
  [ "$undo" -gt ${oldVersionsMiB(storageGiB) * 1024} ] && [ "$undo" -gt "$had" ] || return 0
  user=$(sql << 'SQL'
SET @user = (SELECT user FROM information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id
  WHERE user <> 'root' ORDER BY trx_started LIMIT 1);
EXECUTE IMMEDIATE COALESCE(CONCAT('KILL HARD CONNECTION USER ', QUOTE(@user)), 'DO 0');
SELECT COALESCE(@user, 'nobody');
SQL
  ) || return 0
  echo "old versions of rows take $((undo / 1024)) MiB: the connections of $user, who reads them, have ended"
}

# One table of a database from which much was deleted.
compact() {
  timeout 600 ${besideServer} --user=root --batch --silent > /dev/null << SQL || true
SET lock_wait_timeout = 10;
SET @table = (SELECT CONCAT(table_schema, '.', CHAR(96), REPLACE(table_name, CHAR(96), CONCAT(CHAR(96), CHAR(96))), CHAR(96))
  FROM information_schema.tables WHERE table_schema = '$1' AND engine = 'InnoDB' AND data_free >= 8388608 ORDER BY data_free DESC LIMIT 1);
EXECUTE IMMEDIATE COALESCE(CONCAT('OPTIMIZE TABLE ', @table), 'DO 0');
SQL
}

change() {
  local of="ON \\\`$4\\\`.*" who="'$2'@'$3'" give=() take=()
  if [ $1 = 0 ]; then give+=("${growing}"); else take+=("${growing}"); fi
  if [ $1 = 2 ]; then take+=("${changing}"); else give+=("${changing}"); fi
  sql << SQL
\${take:+REVOKE $(IFS=,; echo "\${take[*]}") $of FROM $who;}
\${give:+GRANT $(IFS=,; echo "\${give[*]}") $of TO $who;}
KILL HARD CONNECTION USER $who;
SQL
}

tell() {
  local text="$1: $(($2 / 1024)) of $(($3 / 1024)) MiB of rows" how=room
  if [ $4 = 2 ]; then how=closed text="$text, so that nothing is added or changed: it may read and delete"
  elif [ $4 = 1 ]; then how=full text="$text, so that nothing is added: it may read, change and delete"
  elif [ $2 -ge $(($3 * ${alarm * 100} / 100)) ]; then how=soon
  fi
  [ $how = "\${told[$1]:-room}" ] || echo "$text"
  told[$1]=$how
}

round() {
  local rights sizes left free verdict what words database owner
  rights=$(sql --execute "SELECT User, Host, Db, Insert_priv, Update_priv FROM mysql.db") || return 1
  # Tables that are dropped meanwhile are no error.
  sizes=$(du --max-depth=1 --block-size=1K "$data" 2> /dev/null) || true
  left=$((volume - $(tail -n 1 <<< "$sizes" | cut -f 1)))
  free=$(df --block-size=1K --output=avail "$data" | tail -n 1) || return 1
  [ "$left" -lt "$free" ] || left=$free
  verdict=$(awk -v left="$left" -v volume="$volume" '${judge}' \\
    kind=share ${sharesFolder}/rows kind=size <(echo "$sizes") kind=right <(echo "$rights")) || return 1
  while read -r what words; do
    [ "$what" != change ] || change $words || echo "the rights of $words are as they were" >&2
  done <<< "$verdict"
  awk '$1 == "owner" && !had[$2]++ { print $2, $3, $4, $5 }' <<< "$verdict" > ${measuredFile}.new
  mv ${measuredFile}.new ${measuredFile}
  while read -r words; do tell $words; done < ${measuredFile}
  shorten
  [ $((SECONDS - compacted)) -ge 20 ] && [ -z "$(jobs -rp)" ] || return 0
  compacted=$SECONDS
  while read -r database owner _; do
    awk -v owner="$owner" -v left="$left" -v database="$database" '$1 == owner && $4 > 0 && $2 < left { print database }' ${measuredFile}
  done < ${sharesFolder}/rows > ${measuredFile}.compact
  { while read -r database; do compact "$database"; done < ${measuredFile}.compact; } &
}

until sql --execute='DO 0' 2> /dev/null; do sleep 1; done
while true; do
  round || { rm -f ${measuredFile}; echo "rows were not measured" >&2; }
  sleep 5 &
  wait $!
done`;
}

/** Holds each owner of databases to their share, in the server's pod. `run`, `data`, `root` and `rows` are its volumes. */
export function rowsContainer({ storageGiB }: MariadbPlan): types.input.core.v1.Container {
  return {
    name: "rows",
    image: images.mariadb.reference,
    command: ["bash", "-euo", "pipefail", "-c", rowsScript(storageGiB)],
    resources: resourceRequirements({ cpu: 0.01, requestMiB: 8, limitMiB: shareMiB }),
    securityContext: containerSecurity,
    volumeMounts: [
      { name: "data", mountPath: "/var/lib/mysql", readOnly: true },
      { name: "root", mountPath: "/run/secrets/mariadb", readOnly: true },
      { name: "run", mountPath: "/run/mysqld" },
      { name: "rows", mountPath: sharesFolder, readOnly: true },
    ],
  };
}
