import { nextcloudAccount } from "../federation/settings.ts";
import { authorityKey } from "../site/authority.ts";
import { scriptsFolder, secretsFolder } from "./config.ts";

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

account=${nextcloudAccount}
OC_PASS=$(cat ${secretsFolder}/federation-password)
export OC_PASS
if php occ user:info "$account" > /dev/null 2>&1; then
  php occ user:resetpassword --password-from-env "$account"
else
  php occ user:add --password-from-env --group="$account" --display-name="Nuages des communes" "$account"
fi
unset OC_PASS
# 4: it is delegated already.
php occ admin-delegation:add 'OCA\\Federation\\Settings\\Admin' "$account" || [ $? = 4 ] ||
  echo "$account: may not change trusted servers; documents stay unlinked"

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
 * What is to be done with trusted servers, by the word that it is given: `uncopied`, how many have no copy of their
 * directory as it should be, which the daily job would make in the night; `new`, how many of these have never had one;
 * `fetching`, the numbers of the jobs that fetch a secret; `exchanged`, how many secrets and first copies there are.
 * Tables: apps/federation/lib/DbHandler.php and lib/private/BackgroundJob/JobList.php of nextcloud/server; status 1 is a
 * server whose directory has been copied, and the token is what it was then.
 */
export const trustedScript = `<?php
[$host, $port] = explode(':', getenv('POSTGRES_HOST'));
$database = new PDO(
  "pgsql:host=$host;port=$port;dbname=" . getenv('POSTGRES_DB') . ';connect_timeout=5',
  getenv('POSTGRES_USER'),
  trim(file_get_contents(getenv('POSTGRES_PASSWORD_FILE'))),
);
$queries = [
  'uncopied' => 'SELECT count(*) FROM oc_trusted_servers WHERE status <> 1',
  'new' => 'SELECT count(*) FROM oc_trusted_servers WHERE sync_token IS NULL',
  'fetching' => "SELECT id FROM oc_jobs WHERE class = 'OCA\\\\Federation\\\\BackgroundJob\\\\GetSharedSecret'",
  'exchanged' => 'SELECT count(shared_secret) + count(sync_token) FROM oc_trusted_servers',
];
echo implode(' ', $database->query($queries[$argv[1]])->fetchAll(PDO::FETCH_COLUMN));
`;
