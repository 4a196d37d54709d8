import { catalogueImage } from "../../../foundation/image/catalogue.ts";

/**
 * Dolibarr with Apache and PHP, as its foundation publishes it. Its entry point needs root, and does nothing here that the
 * chart does not. Source: https://github.com/Dolibarr/dolibarr-docker/tree/main/images/23.0.2-php8.2
 */
export const images = {
  dolibarr: catalogueImage("dolibarr"),
};
