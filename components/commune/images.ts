import { type Image, images } from "../foundation/image/catalogue.ts";
import { services } from "../services/index.ts";
import { applicationImages } from "../tenants/applications/list.ts";

/** Every image that a commune may run. */
export const everyImage: readonly Image[] = [
  ...Object.values(images),
  ...services.flatMap((service) => service.images),
  ...applicationImages,
];
