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
 * How many trusted servers' directories are not copied as they should be: the daily job would do it in the night. With
 * the word `new`, only those of which there has never been a copy.
 * Tables: apps/federation/lib/DbHandler.php of nextcloud/server; status 1 is one whose directory has been copied, and
 * the token is what it was then.
 */
export const uncopiedScript = `<?php
[$host, $port] = explode(':', getenv('POSTGRES_HOST'));
$database = new PDO(
  "pgsql:host=$host;port=$port;dbname=" . getenv('POSTGRES_DB') . ';connect_timeout=5',
  getenv('POSTGRES_USER'),
  trim(file_get_contents(getenv('POSTGRES_PASSWORD_FILE'))),
);
echo $database
  ->query('SELECT count(*) FROM oc_trusted_servers WHERE ' . (isset($argv[1]) ? 'sync_token IS NULL' : 'status <> 1'))
  ->fetchColumn();
`;
