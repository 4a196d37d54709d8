/** Software that the toolkit runs: open source only, each with its licence and where to read its source. */
export interface Image {
  /** Upstream reference. `commune pin` adds the digest in production. */
  reference: string;
  /** SPDX identifier. */
  licence: string;
  source: string;
}

/** Every image that a commune may run. Applications whose version is declared stand here with the default one. */
export const images = {
  postgresql: {
    reference: "docker.io/library/postgres:17.12-trixie",
    licence: "PostgreSQL",
    source: "https://git.postgresql.org/gitweb/?p=postgresql.git",
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
  },
  node: {
    reference: "docker.io/library/node:24.21.0-trixie-slim",
    licence: "MIT",
    source: "https://github.com/nodejs/node",
  },
  nextcloud: {
    reference: "docker.io/library/nextcloud:33.0.7-fpm",
    licence: "AGPL-3.0-or-later",
    source: "https://github.com/nextcloud/server",
  },
  mastodon: {
    reference: "ghcr.io/mastodon/mastodon:v4.6.5",
    licence: "AGPL-3.0-or-later",
    source: "https://github.com/mastodon/mastodon",
  },
  mastodonStreaming: {
    reference: "ghcr.io/mastodon/mastodon-streaming:v4.6.5",
    licence: "AGPL-3.0-or-later",
    source: "https://github.com/mastodon/mastodon/tree/main/streaming",
  },
  peertube: {
    reference: "docker.io/chocobozzz/peertube:v8.3.1-trixie",
    licence: "AGPL-3.0-or-later",
    source: "https://github.com/Chocobozzz/PeerTube",
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

/** The official Nextcloud image in its php-fpm flavour. Source: nextcloud/docker. */
export function nextcloudImage(version: string): string {
  return `${repositoryOf(images.nextcloud.reference)}:${version}-fpm`;
}

/** The official image of Mastodon's web server, workers and commands. */
export function mastodonImage(version: string): string {
  return `${repositoryOf(images.mastodon.reference)}:v${version}`;
}

/** The official image of Mastodon's streaming server, separate since 4.3. */
export function mastodonStreamingImage(version: string): string {
  return `${repositoryOf(images.mastodonStreaming.reference)}:v${version}`;
}

/** The official PeerTube image on Debian trixie. */
export function peertubeImage(version: string): string {
  return `${repositoryOf(images.peertube.reference)}:v${version}-trixie`;
}

/** What the catalogue says of a reference, whatever its tag or digest; nothing when it is not there. */
export function catalogued(reference: string): Image | undefined {
  return Object.values(images).find((image) => repositoryOf(image.reference) === repositoryOf(reference));
}

function repositoryOf(reference: string): string {
  return reference.replace(/@.*$/, "").replace(/:[^/:]+$/, "");
}
