trap 'exit 0' TERM
set -f
export MYSQL_PWD=$(cat /run/secrets/mariadb/password)
data=__DATA_FOLDER__ volume=$((__STORAGE_GIB__ * 1048576))
sql() { timeout 60 __BESIDE_SERVER__ --user=root --batch --raw --skip-column-names "$@"; }
declare -A told=()
undo=0 compacted=0

# The old versions of rows are everybody's, and grow while a transaction may still read them: the oldest ends.
shorten() {
  local had=$undo user
  undo=$(cd "$data" && find . -maxdepth 1 \( -name 'undo0*' -o -name ibdata1 \) -printf '%k\n' | awk '{ sum += $1 } END { print sum + 0 }')
  [ "$undo" -gt __OLD_VERSIONS_KIB__ ] && [ "$undo" -gt "$had" ] || return 0
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
  timeout 600 __BESIDE_SERVER__ --user=root --batch --silent > /dev/null << SQL || true
SET lock_wait_timeout = 10;
SET @table = (SELECT CONCAT(table_schema, '.', CHAR(96), REPLACE(table_name, CHAR(96), CONCAT(CHAR(96), CHAR(96))), CHAR(96))
  FROM information_schema.tables WHERE table_schema = '$1' AND engine = 'InnoDB' AND data_free >= 8388608 ORDER BY data_free DESC LIMIT 1);
EXECUTE IMMEDIATE COALESCE(CONCAT('OPTIMIZE TABLE ', @table), 'DO 0');
SQL
}

change() {
  local of="ON \`$4\`.*" who="'$2'@'$3'" give=() take=()
  if [ $1 = 0 ]; then give+=("__GROWING__"); else take+=("__GROWING__"); fi
  if [ $1 = 2 ]; then take+=("__CHANGING__"); else give+=("__CHANGING__"); fi
  sql << SQL
${take:+REVOKE $(IFS=,; echo "${take[*]}") $of FROM $who;}
${give:+GRANT $(IFS=,; echo "${give[*]}") $of TO $who;}
KILL HARD CONNECTION USER $who;
SQL
}

tell() {
  local text="$1: $(($2 / 1024)) of $(($3 / 1024)) MiB of rows" how=room
  if [ $4 = 2 ]; then how=closed text="$text, so that nothing is added or changed: it may read and delete"
  elif [ $4 = 1 ]; then how=full text="$text, so that nothing is added: it may read, change and delete"
  elif [ $2 -ge $(($3 * __ALARM_PERCENT__ / 100)) ]; then how=soon
  fi
  [ $how = "${told[$1]:-room}" ] || echo "$text"
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
  verdict=$(awk -v left="$left" -v volume="$volume" '
__JUDGE__' \
    kind=share __SHARES_FOLDER__/rows kind=size <(echo "$sizes") kind=right <(echo "$rights")) || return 1
  while read -r what words; do
    [ "$what" != change ] || change $words || echo "the rights of $words are as they were" >&2
  done <<< "$verdict"
  awk '$1 == "owner" && !had[$2]++ { print $2, $3, $4, $5 }' <<< "$verdict" > __MEASURED_FILE__.new
  mv __MEASURED_FILE__.new __MEASURED_FILE__
  while read -r words; do tell $words; done < __MEASURED_FILE__
  shorten
  [ $((SECONDS - compacted)) -ge 20 ] && [ -z "$(jobs -rp)" ] || return 0
  compacted=$SECONDS
  while read -r database owner _; do
    awk -v owner="$owner" -v left="$left" -v database="$database" '$1 == owner && $4 > 0 && $2 < left { print database }' __MEASURED_FILE__
  done < __SHARES_FOLDER__/rows > __MEASURED_FILE__.compact
  { while read -r database; do compact "$database"; done < __MEASURED_FILE__.compact; } &
}

until sql --execute='DO 0' 2> /dev/null; do sleep 1; done
while true; do
  round || { rm -f __MEASURED_FILE__; echo "rows were not measured" >&2; }
  sleep 5 &
  wait $!
done
