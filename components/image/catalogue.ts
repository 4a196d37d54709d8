/** Software that the toolkit runs: open source only, each with its licence and where to read its source. */
export interface Image {
  /** Upstream reference. `commune pin` adds the digest in production. */
  reference: string;
  /** SPDX identifier. */
  licence: string;
  source: string;
}

/** Every image that a commune may run, apart from the applications whose version it declares. */
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
} satisfies Record<string, Image>;

/** The official Nextcloud image, php-fpm flavour, licence AGPL-3.0-or-later. Source: nextcloud/docker. */
export function nextcloudImage(version: string): string {
  return `docker.io/library/nextcloud:${version}-fpm`;
}
