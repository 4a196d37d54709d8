import type { CopiedVolume } from "../../components/foundation/restore-point/contract.ts";
import { besideName, wholeMark } from "../../components/platform/database/exchange.ts";
import { pointsFolders, pointsSecrets } from "../../components/recovery/points/settings.ts";

/** Folders before the root of a volume in its archive: `volumes/nextcloud/`. */
const steps = 2;

/** Where the pod that takes data back has its scripts. */
export const scriptsFolder = "/reprise";

/** Where what was on a volume before is put, on the same volume. No service reads such a name, and no restore point has it. */
export const asideFolder = ".restore-avant-reprise";

/**
 * Loads a dump from standard input into the empty database that was made beside the service's, counts each table, and
 * says that it is whole. `etat` says `absent` where its rows are in use already.
 */
export const rowsScript = `set -euo pipefail
cd ${pointsFolders.work}
PGPASSWORD="$(cat ${pointsFolders.secrets}/${pointsSecrets.databasePassword})"
export PGPASSWORD
beside="${besideName("$PGDATABASE", "$POINT")}"
query() { psql --no-psqlrc --quiet --tuples-only --no-align --field-separator=$'\\t' --set=ON_ERROR_STOP=1 "$@"; }
case $1 in
etat)
  # Une règle réseau met un instant à atteindre un nouveau pod.
  for essai in $(seq 30); do pg_isready --quiet --timeout=2 && break; sleep 1; done
  query --command "SELECT coalesce((SELECT 'vide' FROM pg_database WHERE datname = '$beside'), 'absent')"
  ;;
liste)
  # Les extensions sont au super-utilisateur, et déjà là.
  pg_restore --list | grep -v ' EXTENSION ' > liste
  ;;
charger)
  pg_restore --exit-on-error --no-owner --use-list=liste --dbname="$beside"
  query --dbname="$beside" > comptees << 'SQL'
SELECT format('SELECT %L, count(*) FROM ONLY %I.%I', schemaname || '.' || tablename, schemaname, tablename)
  FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 \\gexec
SQL
  diff <(sort ${scriptsFolder}/lignes.tsv) <(sort comptees) >&2 || { echo "Des lignes manquent : < est le point, > ce qui est venu." >&2; exit 1; }
  query --dbname="$beside" --command ANALYZE
  query --dbname="$beside" --command "COMMENT ON DATABASE \\"$beside\\" IS '${wholeMark}'"
  echo "$PGDATABASE : $(wc -l < comptees) tables, chacune avec les lignes du point"
  ;;
esac
`;

/**
 * Unpacks an archive from standard input in the place of what a fresh service has made, which is kept aside on the same
 * volume, and counts what came. What points leave out stays. It can be cut, and run again.
 */
export function filesScript(volumes: readonly CopiedVolume[]): string {
  return `set -euo pipefail
volume=$1 fichiers=$2 octets=$3
cd "${pointsFolders.volumes}/$volume"
case "$volume" in
${volumes.map(oursOf).join("\n")}
esac
shopt -s nullglob dotglob
les_notres() { for entree in *; do if du_point "$entree"; then printf '%s\\0' "$entree"; fi; done; }
if [ ! -e ${asideFolder}/complet ]; then
  mkdir -p ${asideFolder}
  les_notres | xargs -0 -r mv -t ${asideFolder} --
  touch ${asideFolder}/complet
else
  # Ce qu'une reprise coupée a laissé.
  les_notres | xargs -0 -r rm -r --
fi
tar --extract --file=- --strip-components=${steps} --preserve-permissions --no-same-owner --no-overwrite-dir
venus=$(les_notres | find -files0-from - -type f -printf '%s\\n' | awk '{ octets += $1 } END { printf "%d %.0f", NR, octets }')
[ "$venus" = "$fichiers $octets" ] || { echo "$volume : le point a $fichiers fichiers de $octets octets, et il en est venu $venus." >&2; exit 1; }
echo "$volume : $fichiers fichiers, $octets octets"
`;
}

/** Which entries at the root of a volume are in points, as a shell tells them. */
function oursOf({ name, paths, excluded }: CopiedVolume): string {
  const [yes, no] = paths === undefined ? ["return 1", "return 0"] : ["return 0", "return 1"];
  const patterns = paths ?? [
    "lost+found",
    ".restore-*",
    ...excluded.filter((pattern) => !pattern.includes("/")),
  ];
  return `${quoted(name)}) du_point() { case "$1" in ${patterns.map(quoted).join("|")}) ${yes} ;; *) ${no} ;; esac; } ;;`;
}

/** A pattern for \`case\`: nothing but \`*\` stands for something else. */
function quoted(pattern: string): string {
  return pattern
    .split("*")
    .map((text) => (text === "" ? "" : `'${text.replaceAll("'", "'\\''")}'`))
    .join("*");
}
