import { type Recipe, sources } from "../recipe.ts";

const web = "/var/www/html";

/** Folders that the image brings, each with its place on the volume, where a wiki's own files take precedence. */
const parts = [
  { name: "conf", from: "/etc/dokuwiki", volume: "/storage/conf" },
  { name: "data", from: "/var/lib/dokuwiki/data", volume: "/storage/data" },
  { name: "lib/plugins", from: "/var/lib/dokuwiki/lib/plugins", volume: "/storage/lib/plugins" },
  { name: "lib/tpl", from: "/var/lib/dokuwiki/lib/tpl", volume: "/storage/lib/tpl" },
];

/**
 * The recipe of DokuWiki: Debian's package behind Apache, with the contract of the official image, which answers on port
 * 8080 as any user and keeps all that is a wiki's own in /storage.
 * Source: https://github.com/dokuwiki/docker/blob/main/README.md
 */
export function dokuwiki(systemPath: string): Recipe {
  const php = ["cli", "gd", "xml", "mbstring", "intl", "sqlite3", "bz2"].map((part) => `php8.4-${part}`);
  return {
    names: ["docker.io/dokuwiki/dokuwiki:2024-02-06b"],
    double: false,
    sources,
    layer: {
      packages: ["apache2", "libapache2-mod-php8.4", ...php, "dokuwiki"],
      after: [
        `rm -rf ${web} && cp -a /usr/share/dokuwiki ${web} && rm -f ${web}/.htaccess ${web}/lib/plugins ${web}/lib/tpl`,
        ...parts.flatMap(({ name, from, volume }) => [
          `cp -a ${from} ${web}/${name}.core`,
          `ln -s ${volume} ${web}/${name}`,
        ]),
        // Debian's own: links to files that are on the volume here, and an empty list of plugins that are switched off.
        `rm -f ${web}/conf.core/acl.auth.php ${web}/conf.core/users.auth.php ${web}/conf.core/plugins.local.php`,
        "a2disconf dokuwiki javascript-common other-vhosts-access-log || true",
        "a2enmod rewrite",
        "a2dissite 000-default",
        "chmod 1777 /var/log/apache2 && ln -sf /dev/stderr /var/log/apache2/error.log && ln -sf /dev/stdout /var/log/apache2/other_vhosts_access.log",
        "install -d -m 1777 /storage",
      ],
    },
    files: [
      { path: "/dokuwiki-entrypoint.sh", source: "dokuwiki/entrypoint.sh", mode: 0o755 },
      { path: "/etc/apache2/ports.conf", content: "Listen 8080\n" },
      { path: "/etc/apache2/conf-enabled/wiki.conf", source: "dokuwiki/apache.conf" },
      { path: "/etc/php/8.4/apache2/conf.d/99-wiki.ini", source: "dokuwiki/php.ini" },
      // It names what a content delivery network would be asked for; Debian leaves the file out, and pages warn without it.
      { path: `${web}/lib/scripts/jquery/versions`, content: "# jQuery is Debian's own.\n" },
      { path: `${web}/health.php`, source: "dokuwiki/health.php" },
      { path: `${web}/inc/preload.php`, source: "dokuwiki/preload.php" },
      { path: `${web}/conf.core/image.php`, source: "dokuwiki/image.php" },
      { path: `${web}/conf.core/image.protected.php`, source: "dokuwiki/image.protected.php" },
    ],
    config: {
      Env: [`PATH=${systemPath}`],
      Entrypoint: ["/dokuwiki-entrypoint.sh"],
      ExposedPorts: ["8080/tcp"],
      Volumes: ["/storage"],
    },
  };
}
