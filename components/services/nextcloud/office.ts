import { scriptsFolder } from "./configuration.ts";

/**
 * Tells the app where the office server is, for Nextcloud and for browsers, and asks the server whether it answers. A
 * server that is away takes nothing with it: documents are served, and are not edited together until it is back.
 * Source: lib/AppConfig.php and lib/Command/ActivateConfig.php of nextcloud/richdocuments.
 */
export const officeStep = `if [ -f ${scriptsFolder}/office.txt ] && [ -d custom_apps/richdocuments ]; then
  { read -r server; read -r callers; } < ${scriptsFolder}/office.txt
  php occ config:app:set richdocuments wopi_url --value="$server"
  php occ config:app:set richdocuments public_wopi_url --value="$server"
  php occ config:app:set richdocuments wopi_allowlist --value="$callers"
  php occ richdocuments:activate-config ||
    echo "office: $server does not answer as a Collabora server; documents are served, and edited by one person at a time"
fi`;
