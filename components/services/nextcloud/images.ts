import { catalogueImage, repositoryOf } from "../../foundation/image/catalogue.ts";

/** Nextcloud, with the default version. */
export const images = {
  nextcloud: catalogueImage("nextcloud"),
};

/** The official Nextcloud image in its php-fpm flavour. Source: nextcloud/docker. */
export function nextcloudImage(version: string): string {
  return `${repositoryOf(images.nextcloud.reference)}:${version}-fpm`;
}
