import { type Image, repositoryOf } from "../../foundation/image/catalogue.ts";

/** PeerTube, with the default version. */
export const images = {
  peertube: {
    reference: "docker.io/chocobozzz/peertube:v8.3.1-trixie",
    licence: "AGPL-3.0-or-later",
    source: "https://github.com/Chocobozzz/PeerTube",
  },
} satisfies Record<string, Image>;

/** The official PeerTube image on Debian trixie. */
export function peertubeImage(version: string): string {
  return `${repositoryOf(images.peertube.reference)}:v${version}-trixie`;
}
