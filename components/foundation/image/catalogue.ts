/** Software that the toolkit runs: open source only, each with its licence and where to read its source. */
export interface Image {
  /** Upstream reference; which build of it runs is locked beside the declarations (docs/image.md). */
  reference: string;
  /** SPDX identifier. */
  licence: string;
  source: string;
  /** Until when its authors mend each series of it, where they say so. */
  support?: Support;
}

/** The last day of support of each series, by how its versions begin (`33`), ISO 8601, and who says so. */
export interface Support {
  until: Readonly<Record<string, string>>;
  source: string;
}

/** The images that services have in common. Each service has its own in its `images.ts`. */
export const images = {
  postgresql: {
    reference: "docker.io/library/postgres:17.12-trixie",
    licence: "PostgreSQL",
    source: "https://git.postgresql.org/gitweb/?p=postgresql.git",
    support: {
      until: { "15": "2027-11-11", "16": "2028-11-09", "17": "2029-11-08", "18": "2030-11-14" },
      source: "https://www.postgresql.org/support/versioning/",
    },
  },
  mariadb: {
    reference: "docker.io/library/mariadb:11.8.9",
    licence: "GPL-2.0-only",
    source: "https://github.com/MariaDB/server",
  },
  valkey: {
    reference: "docker.io/valkey/valkey:8.1.1",
    licence: "BSD-3-Clause",
    source: "https://github.com/valkey-io/valkey",
  },
  nginx: {
    reference: "docker.io/nginxinc/nginx-unprivileged:1.26.3-bookworm",
    licence: "BSD-2-Clause",
    source: "https://github.com/nginx/docker-nginx-unprivileged",
    support: {
      // A stable series ends when the next one comes, every April.
      until: { "1.26": "2025-04-23" },
      source: "https://endoflife.date/nginx",
    },
  },
  node: {
    reference: "docker.io/library/node:24.21.0-trixie-slim",
    licence: "MIT",
    source: "https://github.com/nodejs/node",
    support: { until: { "24": "2028-04-30" }, source: "https://github.com/nodejs/Release" },
  },
  restic: {
    reference: "docker.io/restic/restic:0.18.0",
    licence: "BSD-2-Clause",
    source: "https://github.com/restic/restic",
  },
} satisfies Record<string, Image>;

/** Major versions of PostgreSQL that a server may have, each in one release: all four are of the same day. */
const postgresqlReleases = { "15": "15.20", "16": "16.16", "17": "17.12", "18": "18.6" } as const;

export type PostgresqlMajor = keyof typeof postgresqlReleases;

/** Oldest first. */
export const postgresqlMajors = ["15", "16", "17", "18"] as const satisfies readonly PostgresqlMajor[];

/** The official PostgreSQL image on Debian trixie. */
export function postgresqlImage(major: PostgresqlMajor): string {
  return `${repositoryOf(images.postgresql.reference)}:${postgresqlReleases[major]}-trixie`;
}

/** What a catalogue says of a reference, whatever its tag or digest; nothing when it is not there. */
export function catalogued(reference: string, catalogue: readonly Image[]): Image | undefined {
  return catalogue.find((image) => repositoryOf(image.reference) === repositoryOf(reference));
}

/** A reference without tag and digest. */
export function repositoryOf(reference: string): string {
  return reference.replace(/@.*$/, "").replace(/:[^/:]+$/, "");
}
