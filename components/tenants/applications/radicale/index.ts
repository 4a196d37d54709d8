import { accesses } from "../access.ts";
import { defineApplication } from "../application.ts";
import { radicaleGuide } from "./archive-guide.ts";
import { radicaleSection } from "./declaration.ts";
import { images } from "./images.ts";
import { planRadicale } from "./plan.ts";

export const radicale = defineApplication({
  name: "radicale",
  description: "An agenda and contacts (Radicale).",
  section: radicaleSection,
  plan: planRadicale,
  begins: { access: "members" },
  images: Object.values(images),
  tellsApart: accesses,
  isGated: true,
  rows: undefined,
  guide: radicaleGuide,
});
