import type { Image } from "../../../foundation/image/catalogue.ts";

/** DokuWiki with Apache and PHP, as its authors publish it. Source: https://github.com/dokuwiki/docker */
export const images = {
  dokuwiki: {
    reference: "docker.io/dokuwiki/dokuwiki:2024-02-06b",
    licence: "GPL-2.0-only",
    source: "https://github.com/dokuwiki/dokuwiki",
  },
} satisfies Record<string, Image>;
