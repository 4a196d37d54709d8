import { type Recipe, sources } from "../recipe.ts";

const code = "/var/www/html";

/**
 * The recipe of MediaWiki: Debian's package with Apache and PHP. As in the official image the code is in /var/www/html,
 * and apache2-foreground is what answers.
 * Source: https://github.com/wikimedia/mediawiki-docker
 */
export function mediawiki(systemPath: string): Recipe {
  const php = ["cli", "gd", "mysql", "xml", "mbstring", "intl", "apcu"].map((part) => `php8.4-${part}`);
  return {
    names: ["docker.io/library/mediawiki:1.43.9"],
    double: false,
    sources,
    layer: {
      packages: ["apache2", "libapache2-mod-php8.4", ...php, "mediawiki"],
      after: [
        // Links to what other packages have become files; Debian's own settings go.
        `rm -rf ${code} && mkdir -p ${code} && rm -f /usr/share/mediawiki/LocalSettings.php && cp -aL /usr/share/mediawiki/. ${code}`,
        `rm -rf ${code}/extensions-core ${code}/config /usr/share/mediawiki /var/lib/mediawiki`,
        "a2disconf mediawiki javascript-common other-vhosts-access-log || true",
        "chmod 1777 /var/log/apache2 && ln -sf /dev/stderr /var/log/apache2/error.log",
        "ln -sf /dev/stdout /var/log/apache2/access.log && ln -sf /dev/stdout /var/log/apache2/other_vhosts_access.log",
      ],
    },
    files: [
      { path: "/usr/local/bin/apache2-foreground", source: "wordpress/apache2-foreground", mode: 0o755 },
    ],
    config: {
      Env: [`PATH=${systemPath}`],
      Cmd: ["apache2-foreground"],
      WorkingDir: code,
      ExposedPorts: ["80/tcp"],
      StopSignal: "SIGWINCH",
    },
  };
}
