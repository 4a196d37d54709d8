import { catalogueImage } from "../../../foundation/image/catalogue.ts";

/** Foodsoft as its authors publish it, as user 65534. Source: https://github.com/foodcoops/foodsoft/blob/v5.0.0-rc1/Dockerfile */
export const images = {
  foodsoft: catalogueImage("foodsoft"),
};
