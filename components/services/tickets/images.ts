import { catalogueImage, repositoryOf } from "../../foundation/image/catalogue.ts";

/** pretix, with the default version. */
export const images = {
  pretix: catalogueImage("pretix"),
};

/** The official image of pretix. */
export function pretixImage(version: string): string {
  return `${repositoryOf(images.pretix.reference)}:${version}`;
}
