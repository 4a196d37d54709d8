import { catalogueImage } from "../../foundation/image/catalogue.ts";

/** Prometheus watches, Alertmanager tells people, and the prober asks on behalf of Prometheus. */
export const images = {
  prometheus: catalogueImage("prometheus"),
  alertmanager: catalogueImage("alertmanager"),
  prober: catalogueImage("blackboxExporter"),
};
