import { defineApplication } from "../application.ts";
import { galetteGuide } from "./archive-guide.ts";
import { galetteAccesses, galetteSection } from "./declaration.ts";
import { images } from "./images.ts";
import { planGalette } from "./plan.ts";

export const galette = defineApplication({
  name: "galette",
  description: "Memberships and their fees (Galette).",
  section: galetteSection,
  plan: planGalette,
  begins: {},
  images: Object.values(images),
  tellsApart: galetteAccesses,
  isGated: false,
  rows: "mariadb",
  guide: galetteGuide,
});
