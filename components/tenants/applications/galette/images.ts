import { catalogueImage } from "../../../foundation/image/catalogue.ts";

/** Galette with Apache and PHP, as user www-data, by volunteers beside its authors. Source: https://github.com/galette/docker/blob/master/Dockerfile */
export const images = {
  galette: catalogueImage("galette"),
};
