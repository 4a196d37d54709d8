import { defineApplication } from "../application.ts";
import { foodsoftGuide } from "./archive-guide.ts";
import { foodsoftAccesses, foodsoftSection } from "./declaration.ts";
import { images } from "./images.ts";
import { planFoodsoft } from "./plan.ts";

export const foodsoft = defineApplication({
  name: "foodsoft",
  description: "Orders that members place together with local producers (Foodsoft).",
  section: foodsoftSection,
  plan: planFoodsoft,
  begins: {},
  images: Object.values(images),
  tellsApart: foodsoftAccesses,
  isGated: false,
  rows: "mariadb",
  guide: foodsoftGuide,
});
