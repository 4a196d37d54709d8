import { scriptsFolder } from "./configuration.ts";
import { officeStep } from "./office.ts";

/** Archives of apps, on the code volume: a name with a dot is no app to Nextcloud, and an upgrade leaves `custom_apps` alone. */
const archives = "/var/www/html/custom_apps/.archives";

/** The lock that the image's entry point takes while it installs or upgrades. Source: nextcloud/docker, docker-entrypoint.sh. */
export const lock = "/var/www/html/nextcloud-init-sync.lock";

/** One field of `occ status`, as JSON. */
export const state = `state() {
  php occ status --output=json | tail -n 1 |
    php -r 'echo json_encode(json_decode(stream_get_contents(STDIN), true)[$argv[1]] ?? null);' "$1"
}`;

/**
 * Fetches the archives of apps that are not on the volume yet. It never fails: documents are served without
 * apps, and the background jobs come here again every five minutes.
 */
export const fetchScript = `#!/bin/sh
set -u
store=${archives}
mkdir -p "$store"
while read -r id version url <&3; do
  archive=$store/$id-$version.tar.gz
  if [ -z "$url" ] || [ -s "$archive" ] || [ -e "$archive.refused" ]; then continue; fi
  php -d default_socket_timeout=30 -r '
    [, $url, $file] = $argv;
    $host = parse_url($url, PHP_URL_HOST);
    $port = parse_url($url, PHP_URL_PORT) ?? (parse_url($url, PHP_URL_SCHEME) === "http" ? 80 : 443);
    if (!@fsockopen($host, $port, $code, $message, 5)) exit(2);
    exit(copy($url, $file) ? 0 : 1);
  ' "$url" "$archive.part"
  case $? in
    0) mv "$archive.part" "$archive" && echo "app $id $version: fetched" ;;
    2) echo "app $id $version: $url cannot be reached; tried again later"; break ;;
    *) rm -f "$archive.part"; echo "app $id $version: $url was not given; tried again later" ;;
  esac
done 3< ${scriptsFolder}/apps.txt
exit 0
`;

/**
 * Puts fetched apps in place and switches them on or off. It never fails: an app that cannot be had is named in
 * the log, and documents are served without it.
 *
 * `place` only unpacks: between new code and `occ upgrade`, which would switch an older app off. `all` does
 * everything. `late`, in the background jobs, does the same when an archive has come since, and nothing else.
 *
 * An archive is trusted when its publisher's certificate, signed by Nextcloud, has signed every file of it. Source:
 * lib/private/IntegrityCheck/Checker.php of nextcloud/server.
 */
export const appsScript = `#!/bin/sh
set -u
cd /var/www/html
step=$1 list=${scriptsFolder}/apps.txt store=${archives} changed= failed=

${state}

# The list can be a step ahead of the code: it is there before an upgrade, and background jobs run meanwhile.
if [ "$(php -r 'require "version.php"; echo $OC_Version[0];')" != "$(cat ${scriptsFolder}/major)" ]; then exit 0; fi

version_of() {
  [ -f "$1/appinfo/info.xml" ] && php -r 'echo simplexml_load_file($argv[1])->version;' "$1/appinfo/info.xml"
}

place() {
  id=$1 version=$2
  archive=$store/$id-$version.tar.gz new=/var/www/html/custom_apps/.new old=/var/www/html/custom_apps/.old
  if [ "$(version_of "custom_apps/$id")" = "$version" ]; then return 0; fi
  if ! [ -s "$archive" ]; then
    echo "app $id $version: not fetched yet"
    return 1
  fi
  rm -rf "$new" "$old"
  mkdir "$new"
  # It says nothing of the publisher: the disk is full, the pod was stopped, a mirror gave half of it.
  if ! tar -xzf "$archive" -C "$new" --no-same-owner; then
    echo "app $id $version: its archive could not be unpacked; it is fetched again"
    rm -rf "$archive" "$new"
    return 1
  fi
  # Without a signature, the check below skips the app and is content.
  if ! [ -f "$new/$id/appinfo/signature.json" ]; then
    found=unsigned
  else
    found=$(php occ integrity:check-app --output=json --path="$new/$id" "$id" | tail -n 1)
  fi
  case $found in
    '[]') ;;
    unsigned | '{'*)
      echo "app $id $version: refused, its files are not those that its publisher signed: $(echo "$found" | cut -c 1-300)"
      mv "$archive" "$archive.refused"
      rm -rf "$new"
      return 1
      ;;
    *)
      echo "app $id $version: its signature could not be checked: $found"
      rm -rf "$new"
      return 1
      ;;
  esac
  if [ -d "custom_apps/$id" ]; then mv "custom_apps/$id" "$old"; fi
  mv "$new/$id" "custom_apps/$id"
  rm -rf "$new" "$old"
  find "$store" -name "$id-*" ! -name "$id-$version.*" -delete
  changed="$changed $id"
  echo "app $id $version: in place"
}

# Whether an archive waits for an app that is not in place.
waiting() {
  while read -r id version url <&3; do
    if [ -n "$url" ] && [ -s "$store/$id-$version.tar.gz" ] && [ "$(version_of "custom_apps/$id")" != "$version" ]; then
      return 0
    fi
  done 3< "$list"
  return 1
}

if [ "$step" = late ]; then
  waiting || exit 0
  if [ "$(state maintenance)" != false ] || [ "$(state needsDbUpgrade)" != false ]; then exit 0; fi
fi

while read -r id version url <&3; do
  if [ -n "$url" ]; then place "$id" "$version"; fi
done 3< "$list"
if [ "$step" = place ]; then exit 0; fi

if [ -n "$changed" ] && [ "$(state needsDbUpgrade)" = true ] && ! php occ upgrade --no-interaction; then
  echo "apps$changed: their own upgrade failed; they are switched off, so that documents are served"
  for id in $changed; do php occ app:disable "$id"; done
  failed=$changed
  php occ maintenance:mode --off
fi

while read -r id version url <&3; do
  if [ "$version" = none ]; then
    echo "app $id: no release for this version of Nextcloud is known; documents are served without it"
  elif [ -z "$url" ]; then
    if [ -d "custom_apps/$id" ]; then php occ app:disable "$id"; fi
  elif case "$failed " in *" $id "*) true ;; *) false ;; esac; then
    continue
  elif [ -d "custom_apps/$id" ]; then
    php occ app:enable "$id" || echo "app $id: could not be switched on; documents are served without it"
  fi
done 3< "$list"

if [ -f ${scriptsFolder}/identity.txt ] && [ -d custom_apps/user_oidc ]; then
  { read -r client; read -r discovery; } < ${scriptsFolder}/identity.txt
  php occ user_oidc:provider commune --clientid="$client" --discoveryuri="$discovery" \\
    --clientsecret-file=/run/secrets/nextcloud/identity-client-secret --unique-uid=0 \\
    --mapping-uid=preferred_username --mapping-display-name=name --mapping-email=email ||
    echo "log in with the provider: not configured; local accounts work"
fi
${officeStep}
exit 0
`;

/** Run by the image's entry point between new code and `occ upgrade`. */
export const placeAppsHook = `#!/bin/sh
sh ${scriptsFolder}/apps.sh place
`;

/** Waits for the database, up to a minute; background jobs that miss it run five minutes later. */
const reachDatabase = `# A network opening takes a moment to reach a new pod.
for _ in $(seq 60); do
  php -r '[$host, $port] = explode(":", getenv("POSTGRES_HOST")); exit(@fsockopen($host, (int) $port, $code, $text, 2) ? 0 : 1);' && break
  sleep 1
done
`;

/** The background jobs. While the code is being replaced they are left out, and a replacement waits until they end. */
export const cronScript = `#!/bin/sh
set -eu
cd /var/www/html
exec 9>> ${lock}
if ! flock -s -n 9; then
  echo 'An installation or an upgrade is under way: no background jobs now.'
  exit 0
fi
${reachDatabase}sh ${scriptsFolder}/apps.sh late
php -f cron.php
[ -f ${scriptsFolder}/trusted.php ] || exit 0
# Two servers' jobs take turns until both have the secret and a copy of the other's directory: here they take some turns
# at once instead of one at each run. Jobs by number, because cron.php with their class would repeat one that fails for
# a quarter of an hour; what that command says has the token in it.
[ "$(php ${scriptsFolder}/trusted.php uncopied)" != 0 ] || exit 0
php occ dav:sync-system-addressbook
before=$(php ${scriptsFolder}/trusted.php exchanged)
turn=0
while [ "$turn" -lt 4 ]; do
  [ "$turn" = 0 ] || sleep 10
  turn=$((turn + 1))
  for job in $(php ${scriptsFolder}/trusted.php exchanges); do
    php occ background-job:execute "$job" > /dev/null || true
  done
  php occ federation:sync-addressbooks
  [ "$(php ${scriptsFolder}/trusted.php new)" != 0 ] || break
  # Two that take turns at the same moments need three of them to see that nothing moves.
  [ "$turn" -lt 3 ] || [ "$(php ${scriptsFolder}/trusted.php exchanged)" != "$before" ] || break
done
`;

/**
 * Runs before anything of a new major version is there: waits until the background jobs have done what the last
 * major upgrade left to them. Source: Nextcloud's administration manual, "How to upgrade", "Wait for background
 * migrations to finish after major upgrades".
 *
 * It asks the database itself: the code on the volume may be too old for the PHP of the new image.
 */
export const beforeScript = `#!/bin/sh
set -eu
major() { php -r 'require $argv[1]; echo $OC_Version[0];' "$1/version.php"; }

if ! [ -f /var/www/html/version.php ]; then
  echo 'Nothing is installed yet.'
  exit 0
fi
old=$(major /var/www/html) new=$(major /usr/src/nextcloud)
if [ "$new" -le "$old" ]; then
  echo "Nextcloud $old stays Nextcloud $old."
  exit 0
fi
tries=0
while [ "$tries" -lt 180 ]; do
  left=$(php ${scriptsFolder}/migrations.php || true)
  if [ "$left" = 0 ]; then
    echo "Nextcloud $old has ended its background migrations."
    exit 0
  fi
  echo "Nextcloud $old has background migrations under way: \${left:-the database does not answer yet}"
  tries=$((tries + 1))
  sleep 10
done
echo "Nextcloud $old has not ended its background migrations in half an hour: it goes on serving, and Nextcloud $new is not started. See what they are: php occ background-job:list --class='OC\\Migration\\BackgroundRepair' (docs/nextcloud.md, \\"Background migrations\\")." >&2
exit 1
`;

/**
 * How many background migrations are left. The job's class: lib/private/Migration/BackgroundRepair.php of
 * nextcloud/server; a job that is done removes itself.
 */
export const migrationsScript = `<?php
$database = require '${scriptsFolder}/database.php';
$left = $database->prepare('SELECT count(*) FROM oc_jobs WHERE class = ?');
$left->execute(['OC\\\\Migration\\\\BackgroundRepair']);
echo $left->fetchColumn();
`;

/** The database, for scripts that ask it themselves: Nextcloud's own commands may not be able to yet. */
export const databaseScript = `<?php
[$host, $port] = explode(':', getenv('POSTGRES_HOST'));
return new PDO(
  "pgsql:host=$host;port=$port;dbname=" . getenv('POSTGRES_DB') . ';connect_timeout=5',
  getenv('POSTGRES_USER'),
  trim(file_get_contents(getenv('POSTGRES_PASSWORD_FILE'))),
);
`;
