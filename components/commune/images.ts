import { type Image, images } from "../foundation/image/catalogue.ts";
import { parts } from "./parts.ts";

/** Every image that a commune may run. Folders of applications are read only after all others were tried. */
export const everyImage: Iterable<Image> = {
  *[Symbol.iterator]() {
    yield* Object.values(images);
    for (const part of parts) yield* part.images?.() ?? [];
  },
};
