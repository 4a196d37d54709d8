import { catalogueImage } from "../../../foundation/image/catalogue.ts";

/** Etherpad as its authors publish it, as user 5001. Source: https://github.com/ether/etherpad-lite/blob/v2.5.3/Dockerfile */
export const images = {
  etherpad: catalogueImage("etherpad"),
};
