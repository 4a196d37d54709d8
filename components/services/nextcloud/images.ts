import { type Image, repositoryOf } from "../../foundation/image/catalogue.ts";

/** Nextcloud, with the default version. */
export const images = {
  nextcloud: {
    reference: "docker.io/library/nextcloud:33.0.7-fpm",
    licence: "AGPL-3.0-or-later",
    source: "https://github.com/nextcloud/server",
    support: {
      until: { "32": "2026-09-26", "33": "2027-02-17" },
      source: "https://github.com/nextcloud/server/wiki/Maintenance-and-Release-Schedule",
    },
  },
} satisfies Record<string, Image>;

/** The official Nextcloud image in its php-fpm flavour. Source: nextcloud/docker. */
export function nextcloudImage(version: string): string {
  return `${repositoryOf(images.nextcloud.reference)}:${version}-fpm`;
}
