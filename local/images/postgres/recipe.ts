import { type Recipe, sources } from "../recipe.ts";

/** A PostgreSQL of Debian's, as the official image has it. */
export interface Release {
  major: string;
  /** Version as upstream numbers it: `17.12`. */
  version: string;
  /** Shell lines that add the Debian release with it to apt, and remove it, if it is not the base's. */
  source?: { add: string[]; remove: string[] };
}

/** Debian 12's packages, for a server whose data is older. The mirror is the base's own. */
export const bookworm = {
  add: [
    "sed -n 's|^\\(deb .*\\)/debian/* trixie main$|\\1/debian bookworm main\\n\\1/debian-security bookworm-security main|p' /etc/apt/sources.list > /etc/apt/sources.list.d/bookworm.list",
    "test -s /etc/apt/sources.list.d/bookworm.list",
  ],
  remove: ["rm /etc/apt/sources.list.d/bookworm.list"],
};

/** The recipe of a PostgreSQL: Debian's packages, and an entry point with the official contract. */
export function postgresql(
  { major, version, source = { add: [], remove: [] } }: Release,
  systemPath: string,
): Recipe {
  const sample = `/usr/share/postgresql/${major}/postgresql.conf.sample`;
  return {
    names: [`docker.io/library/postgres:${version}-trixie`, `docker.io/library/postgres:${version}`],
    double: false,
    sources,
    layer: {
      packages: [`postgresql-${major}`, "locales"],
      accounts: [{ name: "postgres", uid: 999, gid: 999, home: "/var/lib/postgresql" }],
      before: [
        ...source.add,
        "mkdir -p /etc/postgresql-common",
        "echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf",
      ],
      after: [
        ...source.remove,
        "localedef -i en_US -c -f UTF-8 -A /usr/share/locale/locale.alias en_US.UTF-8",
        `sed -ri "s/^#?listen_addresses *=.*/listen_addresses = '*'/" ${sample}`,
        `grep -q "^listen_addresses = '\\*'" ${sample}`,
        "install -d -o 999 -g 999 -m 3777 /var/run/postgresql",
        "install -d -o 999 -g 999 -m 1777 /var/lib/postgresql/data",
      ],
    },
    files: [
      { path: "/usr/local/bin/docker-entrypoint.sh", source: "postgres/docker-entrypoint.sh", mode: 0o755 },
      { path: "/docker-entrypoint-initdb.d/" },
    ],
    config: {
      Env: [
        `PATH=${systemPath}:/usr/lib/postgresql/${major}/bin`,
        "LANG=en_US.utf8",
        `PG_MAJOR=${major}`,
        "PGDATA=/var/lib/postgresql/data",
      ],
      Entrypoint: ["docker-entrypoint.sh"],
      Cmd: ["postgres"],
      ExposedPorts: ["5432/tcp"],
      Volumes: ["/var/lib/postgresql/data"],
      StopSignal: "SIGINT",
    },
  };
}
