import { catalogueImage } from "../../foundation/image/catalogue.ts";

/** What watches, what tells people, and what asks on behalf of the first. */
export const images = {
  prometheus: catalogueImage("prometheus"),
  alertmanager: catalogueImage("alertmanager"),
  prober: catalogueImage("blackboxExporter"),
};
