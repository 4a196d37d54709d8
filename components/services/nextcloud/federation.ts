import { authorityKey } from "../../foundation/site/authority.ts";
import { scriptsFolder, secretsFolder } from "./configuration.ts";
import { reconcilerAccount } from "./reconciler-account.ts";

/** The system's authorities and the site's, in one file. */
const authorities = "/var/www/html/config/authorities.pem";

/**
 * Where PHP looks for authorities. Nextcloud's own list, which a command adds to, is not looked at in calls to trusted
 * servers: these ask for "verify: true". Source: apps/federation/lib/TrustedServers.php of nextcloud/server.
 */
export const authorityIni = `curl.cainfo = ${authorities}\nopenssl.cafile = ${authorities}\n`;

/**
 * Sets what only commands can set of the exchange with other communes' Nextclouds: the account of the reconciler, which
 * may change trusted servers and nothing else, the switches, and the site's certificate authority.
 *
 * The switches of files have no type: with `--type=boolean` Nextcloud stores 1 and compares with "yes".
 * Source: apps/federatedfilesharing/lib/FederatedShareProvider.php of nextcloud/server.
 */
export const federationScript = `#!/bin/sh
set -eu
cd /var/www/html
{ read -r documents; read -r agenda; } < ${scriptsFolder}/sharing.txt

account=${reconcilerAccount}
OC_PASS=$(cat ${secretsFolder}/federation-password)
export OC_PASS
# Each step for itself: a start that is cut short between two of them is completed by the next.
if known=$(php occ user:info --output=json "$account" 2> /dev/null); then
  php occ user:resetpassword --password-from-env "$account"
else
  php occ user:add --password-from-env --display-name="Nuages des communes" "$account"
fi
unset OC_PASS
if ! echo "$known" | tail -n 1 |
  php -r 'exit(in_array($argv[1], json_decode(stream_get_contents(STDIN), true)["groups"] ?? [], true) ? 0 : 1);' "$account"; then
  # 1: it is there already.
  php occ group:add "$account" || [ $? = 1 ]
  php occ group:adduser "$account" "$account"
fi
# Asked first: not every version refuses a second time, and each adds a row. 4: it is delegated already.
if [ "$(php ${scriptsFolder}/delegated.php "$account")" = 0 ]; then
  php occ admin-delegation:add 'OCA\\Federation\\Settings\\Admin' "$account" || [ $? = 4 ] ||
    echo "$account: may not change trusted servers; documents stay unlinked"
fi

php occ config:app:set files_sharing outgoing_server2server_share_enabled --value="$documents"
php occ config:app:set files_sharing incoming_server2server_share_enabled --value="$documents"
php occ config:app:set dav enableCalendarFederation --type=boolean --value="$agenda"

if [ -f ${scriptsFolder}/${authorityKey} ]; then
  cat /etc/ssl/certs/ca-certificates.crt ${scriptsFolder}/${authorityKey} > ${authorities}
  php occ security:certificates:import ${scriptsFolder}/${authorityKey}
elif php occ security:certificates --output=json | grep -q '"${authorityKey}"'; then
  php occ security:certificates:remove ${authorityKey}
fi
`;

/**
 * How many times a group may change trusted servers. Asked of the database, because `admin-delegation:show` of 31.0.6
 * leaves out most settings. Source: apps/settings/lib/Command/AdminDelegation/Show.php of nextcloud/server.
 */
export const delegatedScript = `<?php
$database = require '${scriptsFolder}/database.php';
$found = $database->prepare('SELECT count(*) FROM oc_authorized_groups WHERE group_id = ? AND class = ?');
$found->execute([$argv[1], 'OCA\\\\Federation\\\\Settings\\\\Admin']);
echo $found->fetchColumn();
`;

/**
 * What is to be done with trusted servers, by the word that it is given: `uncopied`, how many have no copy of their
 * directory as it should be, which the daily job would make in the night; `new`, how many of these have never had one;
 * `exchanges`, the numbers of the jobs that exchange a secret; `exchanged`, how many secrets and first copies there are.
 *
 * A job that asks the other to fetch a secret is among them while it has failed once or twice: the sixth refusal is the
 * last, and those before must leave the other side the time to trust this one. Tables and tries:
 * apps/federation/lib/DbHandler.php, BackgroundJob/RequestSharedSecret.php and lib/private/BackgroundJob/JobList.php of
 * nextcloud/server; status 1 is a server whose directory has been copied, and the token is what it was then.
 */
export const trustedScript = `<?php
$database = require '${scriptsFolder}/database.php';
if ($argv[1] === 'exchanges') {
  $jobs = $database->query("SELECT id, class, argument FROM oc_jobs WHERE class LIKE 'OCA_Federation_BackgroundJob_%SharedSecret' ORDER BY id");
  foreach ($jobs as ['id' => $id, 'class' => $class, 'argument' => $argument]) {
    $failed = json_decode($argument, true)['attempt'] ?? 0;
    if (str_ends_with($class, 'GetSharedSecret') || $failed === 1 || $failed === 2) echo "$id ";
  }
  exit;
}
$queries = [
  'uncopied' => 'SELECT count(*) FROM oc_trusted_servers WHERE status <> 1',
  'new' => 'SELECT count(*) FROM oc_trusted_servers WHERE sync_token IS NULL',
  'exchanged' => 'SELECT count(shared_secret) + count(sync_token) FROM oc_trusted_servers',
];
echo $database->query($queries[$argv[1]])->fetchColumn();
`;
