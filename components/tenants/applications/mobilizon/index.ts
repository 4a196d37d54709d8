import { defineApplication } from "../application.ts";
import { mobilizonGuide } from "./archive-guide.ts";
import { mobilizonAccesses, mobilizonSection } from "./declaration.ts";
import { images } from "./images.ts";
import { planMobilizon } from "./plan.ts";

export const mobilizon = defineApplication({
  name: "mobilizon",
  description: "An agenda of events that everybody reads (Mobilizon).",
  section: mobilizonSection,
  plan: planMobilizon,
  begins: {},
  images: Object.values(images),
  tellsApart: mobilizonAccesses,
  isGated: false,
  rows: "postgresql",
  guide: mobilizonGuide,
});
