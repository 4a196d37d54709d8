import { catalogueImage, repositoryOf } from "../../foundation/image/catalogue.ts";

/** Sympa, with the default version. */
export const images = {
  sympa: catalogueImage("sympa"),
};

/** Sympa as the toolkit makes it of Debian's package. */
export function sympaImage(version: string): string {
  return `${repositoryOf(images.sympa.reference)}:${version}`;
}
