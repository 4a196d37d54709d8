import { type Image, images } from "../foundation/image/catalogue.ts";
import { services } from "../services/index.ts";
import { applicationImages } from "../tenants/applications/list.ts";

/** Every image that a commune may run. Folders of applications are read once all others have been looked at. */
export const everyImage: Iterable<Image> = {
  *[Symbol.iterator]() {
    yield* Object.values(images);
    yield* services.flatMap((service) => service.images);
    yield* applicationImages();
  },
};
