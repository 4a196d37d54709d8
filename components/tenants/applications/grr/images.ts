import { catalogueImage } from "../../../foundation/image/catalogue.ts";

/** GRR as its authors' Dockerfile makes it, in an image that a commune builds: they publish none (docs/charts.md, "Never run here"). */
export const images = {
  grr: catalogueImage("grr"),
};
