import { catalogueImage } from "../../../foundation/image/catalogue.ts";

/** Mobilizon as its authors publish it, as user 65534. Source: https://github.com/framasoft/mobilizon/blob/5.1.3/docker/production/Dockerfile */
export const images = {
  mobilizon: catalogueImage("mobilizon"),
};
