import { accesses } from "../access.ts";
import { defineApplication } from "../application.ts";
import { mediawikiGuide } from "./archive-guide.ts";
import { mediawikiSection } from "./declaration.ts";
import { images } from "./images.ts";
import { planMediawiki } from "./plan.ts";

export const mediawiki = defineApplication({
  name: "mediawiki",
  description: "A wiki with the software of Wikipedia (MediaWiki).",
  section: mediawikiSection,
  plan: planMediawiki,
  begins: { access: "members" },
  images: Object.values(images),
  tellsApart: accesses,
  isGated: true,
  rows: "mariadb",
  guide: mediawikiGuide,
});
