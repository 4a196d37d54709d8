/**
 * Runs after the image's own installer, before PHP serves anything: puts the toolkit's configuration beside
 * config.php. It cannot be mounted there, because the installer refuses a `config/` that is not empty.
 */
export const configureScript = `#!/bin/sh
set -eu
cp /etc/nextcloud/zz-commune.config.php /var/www/html/config/zz-commune.config.php
chmod 0640 /var/www/html/config/zz-commune.config.php
cd /var/www/html
php occ background:cron
php occ db:add-missing-indices
php occ config:app:set files default_quota --value="$DEFAULT_QUOTA"
`;
