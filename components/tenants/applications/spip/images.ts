import { catalogueImage } from "../../../foundation/image/catalogue.ts";

/** SPIP with Apache and PHP, made of Debian's package: its authors publish no image. */
export const images = {
  spip: catalogueImage("spip"),
};
