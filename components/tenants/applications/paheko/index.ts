import { defineApplication } from "../application.ts";
import { pahekoGuide } from "./archive-guide.ts";
import { pahekoAccesses, pahekoSection } from "./declaration.ts";
import { images } from "./images.ts";
import { planPaheko } from "./plan.ts";

export const paheko = defineApplication({
  name: "paheko",
  description: "Memberships, their fees and accounts (Paheko).",
  section: pahekoSection,
  plan: planPaheko,
  begins: {},
  images: Object.values(images),
  tellsApart: pahekoAccesses,
  isGated: false,
  rows: undefined,
  guide: pahekoGuide,
});
