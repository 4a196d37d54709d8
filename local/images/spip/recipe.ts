import { referencesOf } from "../../../components/tenants/applications/list.ts";
import { type Recipe, sources } from "../recipe.ts";

const code = "/usr/share/spip";

/**
 * The recipe of SPIP: Debian's package with Apache and PHP. Its authors publish no image. What it writes is in one folder,
 * /var/lib/spip, where Debian's links lead; the code stays where Debian has it, which SPIP's kernel there asks for.
 * Left out: other sites on one SPIP, and what brings extensions from elsewhere while it runs.
 */
export function spip(systemPath: string): Recipe {
  const php = ["cli", "gd", "mysql", "sqlite3", "xml", "mbstring", "zip"].map((part) => `php8.4-${part}`);
  return {
    names: referencesOf("spip").slice(0, 1),
    double: false,
    sources,
    layer: {
      packages: ["apache2", "libapache2-mod-php8.4", ...php, "spip"],
      after: [
        `rm -rf ${code}/mutualisation ${code}/plugins-dist/svp ${code}/config/mes_options.php`,
        `rm -f ${code}/plugins ${code}/sites ${code}/themes && ln -s /var/lib/spip/tmp ${code}/tmp`,
        "rm -rf /var/lib/spip && install -d -o www-data -g www-data /var/lib/spip",
        "a2disconf spip javascript-common other-vhosts-access-log || true",
        "a2enmod rewrite headers expires",
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
      Volumes: ["/var/lib/spip"],
      StopSignal: "SIGWINCH",
    },
  };
}
