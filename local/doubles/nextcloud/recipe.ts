import type { PackageLayer, Recipe } from "../../images/recipe.ts";
import { sources } from "../sources.ts";

const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const phpLayer: PackageLayer = {
  packages: [
    "php8.4-fpm",
    "php8.4-cli",
    "php8.4-apcu",
    "php8.4-curl",
    "php8.4-gd",
    "php8.4-intl",
    "php8.4-mbstring",
    "php8.4-pgsql",
    "php8.4-redis",
    "php8.4-sqlite3",
    "php8.4-xml",
    "php8.4-zip",
    "busybox-static",
    "rsync",
  ],
  // The official PHP images keep all settings in /usr/local/etc/php; Debian's PHP is made to look only there.
  after: [
    "install -d /usr/local/etc/php/conf.d /usr/local/etc/php-fpm.d",
    "cp -L /etc/php/8.4/fpm/conf.d/*.ini /usr/local/etc/php/conf.d/",
    "rm -rf /etc/php/8.4/fpm /etc/php/8.4/cli",
    "install -d /etc/php/8.4/fpm /etc/php/8.4/cli",
    "ln -s /usr/local/etc/php/conf.d /etc/php/8.4/fpm/conf.d",
    "ln -s /usr/local/etc/php/conf.d /etc/php/8.4/cli/conf.d",
    "ln -s /usr/local/etc/php/php.ini /etc/php/8.4/fpm/php.ini",
    "ln -s /usr/local/etc/php/php.ini /etc/php/8.4/cli/php.ini",
    "ln -s /usr/local/etc/php-fpm.conf /etc/php/8.4/fpm/php-fpm.conf",
    "ln -s /usr/sbin/php-fpm8.4 /usr/local/sbin/php-fpm",
  ],
};

/** The Nextcloud double of one upstream version: the same PHP files, another version.php. */
function nextcloud(version: string): Recipe {
  const numbers = version.split(".").map(Number);
  const php = [
    "<?php",
    `$OC_Version = [${[...numbers, 1].join(", ")}];`,
    `$OC_VersionString = '${version}';`,
    "$OC_Edition = '';",
    "$OC_Channel = 'stable';",
    `$OC_VersionCanBeUpgradedFrom = ['nextcloud' => ['${(numbers[0] ?? 0) - 1}.0' => true, '${numbers[0]}.0' => true]];`,
    "$OC_Build = 'double';",
    "$vendor = 'nextcloud';",
    "",
  ].join("\n");
  return {
    names: [`docker.io/library/nextcloud:${version}-fpm`],
    double: true,
    sources,
    layer: phpLayer,
    files: [
      { path: "/usr/local/etc/php-fpm.conf", source: "nextcloud/php/php-fpm.conf" },
      { path: "/usr/local/etc/php-fpm.d/www.conf", source: "nextcloud/php/www.conf" },
      { path: "/usr/local/etc/php-fpm.d/zz-docker.conf", source: "nextcloud/php/zz-docker.conf" },
      { path: "/usr/local/etc/php/conf.d/nextcloud.ini", source: "nextcloud/php/nextcloud.ini" },
      { path: "/entrypoint.sh", source: "nextcloud/entrypoint.sh", mode: 0o755 },
      { path: "/cron.sh", source: "nextcloud/cron.sh", mode: 0o755 },
      { path: "/upgrade.exclude", source: "nextcloud/upgrade.exclude" },
      {
        path: "/var/spool/cron/crontabs/www-data",
        content: "*/5 * * * * php -f /var/www/html/cron.php\n",
      },
      ...["pre-installation", "post-installation", "pre-upgrade", "post-upgrade", "before-starting"].map(
        (hook) => ({ path: `/docker-entrypoint-hooks.d/${hook}/` }),
      ),
      { path: "/usr/src/nextcloud", source: "nextcloud/server" },
      { path: "/usr/src/nextcloud/occ", source: "nextcloud/server/occ", mode: 0o755 },
      { path: "/usr/src/nextcloud/version.php", content: php },
      // In a release: hashes of all files, and who signed them.
      { path: "/usr/src/nextcloud/core/signature.json", content: JSON.stringify({ hashes: { version } }) },
      { path: "/usr/src/nextcloud/apps/" },
      { path: "/usr/src/nextcloud/custom_apps/" },
      { path: "/usr/src/nextcloud/data/" },
      { path: "/usr/src/nextcloud/themes/" },
      { path: "/var/www/", uid: 33, gid: 0, mode: 0o775 },
      { path: "/var/www/html/", uid: 33, gid: 0, mode: 0o775 },
    ],
    config: {
      Env: [
        `PATH=${systemPath}`,
        "PHP_INI_DIR=/usr/local/etc/php",
        "PHP_MEMORY_LIMIT=512M",
        "PHP_UPLOAD_LIMIT=512M",
        "PHP_OPCACHE_MEMORY_CONSUMPTION=128",
        `NEXTCLOUD_VERSION=${version}`,
      ],
      Entrypoint: ["/entrypoint.sh"],
      Cmd: ["php-fpm"],
      WorkingDir: "/var/www/html",
      ExposedPorts: ["9000/tcp"],
      Volumes: ["/var/www/html"],
      StopSignal: "SIGQUIT",
    },
  };
}

/** The release of the default declaration, those around it, and the ones that upgrades start from. */
export const nextcloudRecipes: Recipe[] = ["32.0.13", "33.0.6", "33.0.7", "34.0.2"].map(nextcloud);
