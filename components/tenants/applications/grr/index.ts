import { defineApplication } from "../application.ts";
import { grrGuide } from "./archive-guide.ts";
import { grrAccesses, grrSection } from "./declaration.ts";
import { images } from "./images.ts";
import { planGrr } from "./plan.ts";

export const grr = defineApplication({
  name: "grr",
  description: "Rooms and things that people book (GRR).",
  section: grrSection,
  plan: planGrr,
  begins: {},
  images: Object.values(images),
  tellsApart: grrAccesses,
  isGated: false,
  rows: "mariadb",
  guide: grrGuide,
});
