import { scriptsFolder } from "./configuration.ts";
import { lock, state } from "./scripts.ts";

/**
 * Says that a start has not ended, and whether it installs or upgrades. Beside the archives of apps, because the image's
 * entry point leaves this folder alone, and fills `config/` only while it is empty.
 */
const mark = "/var/www/html/custom_apps/.unfinished";

/** Says that code was being put in place: some of it may be another release's. */
const mixed = "/var/www/html/custom_apps/.mixed";

/** Where an installation's configuration is. */
const config = "/var/www/html/config";

/**
 * Nextcloud empties config.php, then writes it: whoever is cut short in between has lost the instance's keys. `keep` puts
 * a copy aside, `mend` takes it back where no whole file is. Source: lib/private/Config.php of nextcloud/server.
 */
const whole = `installed() {
  php -r 'is_file($argv[1]) && include $argv[1]; exit(($CONFIG["installed"] ?? false) === true ? 0 : 1);' config/config.php > /dev/null 2>&1
}
copy() {
  cp -p "$1" config/copy && mv config/copy "$2"
}
keep() {
  copy config/config.php config/config.php.kept
}
mend() {
  if ! installed && [ -s config/config.php.kept ]; then
    echo 'config.php was being written when the last start was cut short: it is as before.'
    copy config/config.php.kept config/config.php
  fi
}`;

/**
 * Runs the image's entry point, which installs or upgrades, and first takes away what an installation that was cut short
 * has left: the entry point takes `version.php` for an installed instance, and Nextcloud's installer does not go on where
 * it stopped (an account that exists, a configuration that was being written).
 *
 * After a restore the code may be another release's than the data, or half of it: `core/signature.json`, which names every
 * file of a release, tells. Source: lib/private/IntegrityCheck/Checker.php of nextcloud/server.
 *
 * The mark stands from before the entry point until `configure` has seen that all is there: until then nobody can have
 * written anything.
 */
export const installScript = `#!/bin/sh
set -eu
cd /var/www/html

${whole}

# A restore point has version.php and no code, and the entry point looks at version.php alone.
code() {
  signed=/usr/src/nextcloud/core/signature.json
  [ -e "$signed" ] || return 0
  if ! [ -e ${mixed} ] && cmp -s core/signature.json "$signed"; then return 0; fi
  echo 'The code on the volume is that of another release: it is put in place anew.'
  mkdir -p custom_apps
  touch ${mixed}
  rsync -rlD --delete --exclude-from=/upgrade.exclude /usr/src/nextcloud/ ./
  rm ${mixed}
}

(
  flock 9
  mend
  if installed; then
    keep
    if cmp -s version.php /usr/src/nextcloud/version.php; then code; else echo upgrade > ${mark}; fi
    exit 0
  fi
  if [ "$(cat ${mark} 2> /dev/null)" = installation ] || [ -e config/CAN_INSTALL ]; then
    echo 'An installation did not end: what is half there is removed, and it begins again.'
    php ${scriptsFolder}/half.php remove
    rm -rf config version.php
  else
    php ${scriptsFolder}/half.php none
  fi
  mkdir -p custom_apps
  echo installation > ${mark}
) 9>> ${lock}

exec /entrypoint.sh true
`;

/**
 * Looks at the database before an installation. `none`: it must hold no Nextcloud, because there is no configuration to
 * one. `remove`: takes away the tables of an installation that did not end, unless somebody has had an account in it.
 * Tables: lib/private/User/Database.php and lib/private/User/User.php (`lastLogin`) of nextcloud/server.
 */
export const halfScript = `<?php
for ($tries = 0; ; $tries++) {
  try {
    $database = require '${scriptsFolder}/database.php';
    break;
  } catch (PDOException $error) {
    // A network opening takes a moment to reach a new pod.
    if ($tries === 60) {
      fwrite(STDERR, "The database does not answer: {$error->getMessage()}. It is asked again by itself.\\n");
      exit(1);
    }
    sleep(1);
  }
}
$names = $database->query("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'oc\\\\_%'")->fetchAll(PDO::FETCH_COLUMN);
if ($names === []) exit(0);
$has = fn (string $table, string $where) => in_array($table, $names, true) && $database->query("SELECT count(*) FROM $table WHERE $where")->fetchColumn() > 0;
if ($argv[1] === 'none' || $has('oc_users', "uid <> 'admin'") || $has('oc_preferences', "configkey = 'lastLogin'")) {
  fwrite(STDERR, "The database holds the tables of a Nextcloud, and the volume has no configuration to it: nothing is installed over them. Restore config/ on the volume from a backup of the same moment, or remove the tables if nobody needs them (docs/nextcloud.md, \\"An installation that does not end\\").\\n");
  exit(1);
}
$quoted = array_map(fn (string $name) => '"' . str_replace('"', '""', $name) . '"', $names);
$database->exec('DROP TABLE ' . implode(', ', $quoted) . ' CASCADE');
`;

/**
 * Takes the keys of the toolkit's file, as it was at the last start and as it is now, out of config.php. Nextcloud writes
 * all merged keys into it whenever it writes it, secrets included, and would go on with those that are in the toolkit's
 * file no longer. Source: lib/private/Config.php of nextcloud/server, readData and writeData.
 */
export const ownKeysScript = `<?php
// Of a secret that is gone, the old file's key still counts.
set_error_handler(fn () => true);
$own = [];
foreach (['${config}/zz-commune.config.php', '${scriptsFolder}/zz-commune.config.php'] as $file) {
  $CONFIG = [];
  if (is_file($file)) include $file;
  $own += $CONFIG;
}
$CONFIG = [];
include '${config}/config.php';
$kept = array_diff_key($CONFIG, $own);
if ($kept === $CONFIG) exit(0);
// In one step: a start that is cut short leaves the one or the other.
$new = '${config}/config.php.new';
file_put_contents($new, "<?php\\n\\$CONFIG = " . var_export($kept, true) . ";\\n") > 0 && chmod($new, 0640) && rename($new, '${config}/config.php') || exit(1);
`;

/**
 * Runs after the image's own installer, before PHP serves anything: puts the toolkit's configuration beside
 * config.php, where it cannot be mounted, because the installer refuses a `config/` that is not empty; and ends
 * what an upgrade that was cut short has left.
 */
export const configureScript = `#!/bin/sh
set -eu
cd /var/www/html
exec 9>> ${lock}
flock 9

${whole}

${state}

fail() {
  echo "$*" >&2
  exit 1
}

mend
php ${scriptsFolder}/own-keys.php
copy ${scriptsFolder}/zz-commune.config.php config/zz-commune.config.php
chmod 0640 config/zz-commune.config.php
keep

[ "$(state installed)" = true ] ||
  fail 'Nextcloud does not answer: the lines above say why. It is asked again by itself.'
rm -f config/CAN_INSTALL

if [ "$(state needsDbUpgrade)" = true ]; then
  echo 'An upgrade did not end: it goes on now.'
  echo upgrade > ${mark}
  sh ${scriptsFolder}/apps.sh place
  php occ upgrade --no-interaction ||
    fail 'The upgrade failed: the lines above say where. Nothing is served meanwhile, and nobody can write. It is tried again by itself; to go back instead: npx commune undo (docs/nextcloud.md, "An upgrade that fails").'
fi
if [ -e ${mark} ]; then
  # Where nobody has files yet there is nothing to repair, but the setup checks want to hear that all types are known.
  [ "$(cat ${mark})" != installation ] || php occ maintenance:repair --include-expensive > /dev/null ||
    echo 'maintenance:repair failed; the setup checks say what is left'
  # Both turn it on, and may have been cut short before they turned it off.
  php occ maintenance:mode --off
fi

php occ background:cron
for missing in columns indices primary-keys; do
  php occ "db:add-missing-$missing" || echo "db:add-missing-$missing failed; requests are slower without it"
done
php occ config:app:set files default_quota --value="$(cat ${scriptsFolder}/quota)"
# Apps that call hosts outside the commune by themselves.
for app in nextcloud_announcements survey_client weather_status; do php occ app:disable "$app"; done
# The first characters of each new password's digest would go to a service in the United States.
php occ config:app:set password_policy enforceHaveIBeenPwned --value=0
sh ${scriptsFolder}/federation.sh
sh ${scriptsFolder}/apps.sh all
# Whatever was written meanwhile: nothing of the toolkit's, above all no secret, stays in config.php.
php ${scriptsFolder}/own-keys.php
keep
rm -f ${mark}
`;
