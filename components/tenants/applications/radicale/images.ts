import { catalogueImage } from "../../../foundation/image/catalogue.ts";

/** Radicale, as its authors publish it. Source: https://github.com/Kozea/Radicale/blob/v3.5.3/Dockerfile */
export const images = {
  radicale: catalogueImage("radicale"),
};
