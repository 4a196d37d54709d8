import type { Image } from "../../../foundation/image/catalogue.ts";

/** WordPress with Apache and PHP. Source: https://github.com/docker-library/wordpress */
export const images = {
  wordpress: {
    reference: "docker.io/library/wordpress:6.8.12-php8.4-apache",
    licence: "GPL-2.0-or-later",
    source: "https://github.com/WordPress/WordPress",
  },
} satisfies Record<string, Image>;
