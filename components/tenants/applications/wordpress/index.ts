import { accesses } from "../access.ts";
import { defineApplication } from "../application.ts";
import { wordpressGuide } from "./archive-guide.ts";
import { wordpressSection } from "./declaration.ts";
import { images } from "./images.ts";
import { planWordpress } from "./plan.ts";

export const wordpress = defineApplication({
  name: "wordpress",
  description: "A site that is written in the browser (WordPress).",
  section: wordpressSection,
  plan: planWordpress,
  begins: { access: "public" },
  images: Object.values(images),
  tellsApart: accesses,
  isGated: true,
  rows: "mariadb",
  guide: wordpressGuide,
});
