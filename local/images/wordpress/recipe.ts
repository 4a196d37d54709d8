import { type Recipe, sources } from "../recipe.ts";

const code = "/usr/src/wordpress";

/**
 * The recipe of WordPress: Debian's package with Apache and PHP. As in the official image the code is in
 * /usr/src/wordpress, and apache2-foreground is what answers; its entry point, which copies that code to a volume and
 * never again, is left out. Debian's translations are in it, French ones alone: the official image has none.
 * Source: https://github.com/docker-library/wordpress
 */
export function wordpress(systemPath: string): Recipe {
  const php = ["cli", "gd", "mysql", "xml", "mbstring", "intl", "zip"].map((part) => `php8.4-${part}`);
  return {
    names: ["docker.io/library/wordpress:6.8.12-php8.4-apache"],
    double: false,
    sources,
    layer: {
      packages: [
        ...["apache2", "libapache2-mod-php8.4", ...php],
        ...["wordpress", "wordpress-l10n", "wordpress-theme-twentytwentyfive"],
      ],
      after: [
        "find /usr/share/wordpress/wp-content/languages -type f ! -name '*fr_FR*' -delete",
        // Links to what other packages have become files; Debian's own settings and its link to them go.
        `mkdir -p ${code} && rm -f /usr/share/wordpress/.htaccess && cp -aL /usr/share/wordpress/. ${code}`,
        `rm -f ${code}/wp-config.php && rm -rf /usr/share/wordpress`,
        `install -d -o www-data -g www-data ${code}/wp-content/uploads ${code}/wp-content/mu-plugins`,
        "a2disconf javascript-common other-vhosts-access-log || true",
        "a2enmod rewrite expires",
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
      WorkingDir: "/var/www/html",
      ExposedPorts: ["80/tcp"],
      Volumes: ["/var/www/html"],
      StopSignal: "SIGWINCH",
    },
  };
}
