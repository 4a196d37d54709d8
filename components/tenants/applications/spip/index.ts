import { accesses } from "../access.ts";
import { defineApplication } from "../application.ts";
import { spipGuide } from "./archive-guide.ts";
import { spipSection } from "./declaration.ts";
import { images } from "./images.ts";
import { planSpip } from "./plan.ts";

export const spip = defineApplication({
  name: "spip",
  description: "A site of articles that several people write (SPIP).",
  section: spipSection,
  plan: planSpip,
  begins: {},
  images: Object.values(images),
  tellsApart: accesses,
  isGated: true,
  rows: "mariadb",
  guide: spipGuide,
});
