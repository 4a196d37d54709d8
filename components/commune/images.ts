import { type Image, images } from "../foundation/image/catalogue.ts";
import { parts } from "./parts.ts";

/** Every image that a commune may run. */
export const everyImage: readonly Image[] = [
  ...Object.values(images),
  ...parts.flatMap((part) => part.images ?? []),
];
