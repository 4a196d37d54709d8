import { catalogueImage, repositoryOf } from "../../foundation/image/catalogue.ts";

/** PeerTube, with the default version. */
export const images = {
  peertube: catalogueImage("peertube"),
};

/** The official PeerTube image on Debian trixie. */
export function peertubeImage(version: string): string {
  return `${repositoryOf(images.peertube.reference)}:v${version}-trixie`;
}
