import { accesses } from "../access.ts";
import { defineApplication } from "../application.ts";
import { dokuwikiGuide } from "./archive-guide.ts";
import { dokuwikiSection } from "./declaration.ts";
import { images } from "./images.ts";
import { planDokuwiki } from "./plan.ts";

export const dokuwiki = defineApplication({
  name: "dokuwiki",
  description: "A wiki (DokuWiki).",
  section: dokuwikiSection,
  plan: planDokuwiki,
  begins: { access: "members" },
  images: Object.values(images),
  tellsApart: accesses,
  isGated: true,
  rows: undefined,
  guide: dokuwikiGuide,
});
