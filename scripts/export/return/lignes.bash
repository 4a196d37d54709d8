set -euo pipefail
cd __WORK__
PGPASSWORD="$(cat __SECRETS__/__DATABASE_PASSWORD__)"
export PGPASSWORD
beside="__BESIDE__"
query() { psql --no-psqlrc --quiet --tuples-only --no-align --field-separator=$'\t' --set=ON_ERROR_STOP=1 "$@"; }
case $1 in
etat)
  # Une règle réseau met un instant à atteindre un nouveau pod.
  for essai in $(seq 30); do pg_isready --quiet --timeout=2 && break; sleep 1; done
  query --command "SELECT coalesce((SELECT 'vide' FROM pg_database WHERE datname = '$beside'), 'absent')"
  ;;
liste)
  # Les extensions sont au super-utilisateur, et déjà là.
  pg_restore --list | grep -v -e ' EXTENSION ' -e ' DEFAULT ACL ' > liste
  ;;
charger)
  # La première ligne est le mot de passe de qui apporte la base : le service lui-même n'y entre pas encore.
  read -r PGPASSWORD
  export PGUSER="$beside"
  pg_restore --exit-on-error --no-owner --use-list=liste --dbname="$beside"
  query --dbname="$beside" > comptees << 'SQL'
SELECT format('SELECT %L, count(*) FROM ONLY %I.%I', schemaname || '.' || tablename, schemaname, tablename)
  FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 \gexec
SQL
  diff <(sort __SCRIPTS_FOLDER__/lignes.tsv) <(sort comptees) >&2 || { echo "Des lignes manquent : < est le point, > ce qui est venu." >&2; exit 1; }
  query --dbname="$beside" --command ANALYZE
  query --dbname="$beside" --command "COMMENT ON DATABASE \"$beside\" IS '__WHOLE_MARK__'"
  echo "$PGDATABASE : $(wc -l < comptees) tables, chacune avec les lignes du point"
  ;;
esac
