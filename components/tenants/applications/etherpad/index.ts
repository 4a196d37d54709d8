import { defineApplication } from "../application.ts";
import { etherpadGuide } from "./archive-guide.ts";
import { etherpadAccesses, etherpadSection } from "./declaration.ts";
import { images } from "./images.ts";
import { planEtherpad } from "./plan.ts";

export const etherpad = defineApplication({
  name: "etherpad",
  description: "Texts that several people write at once (Etherpad).",
  section: etherpadSection,
  plan: planEtherpad,
  begins: { access: "members" },
  images: Object.values(images),
  tellsApart: etherpadAccesses,
  isGated: false,
  rows: "mariadb",
  guide: etherpadGuide,
});
