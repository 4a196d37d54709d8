import { catalogueImage } from "../../../foundation/image/catalogue.ts";

/** Paheko, in an image that a commune makes: its authors publish an archive and no image (docs/charts.md, "Never run here"). */
export const images = {
  paheko: catalogueImage("paheko"),
};
