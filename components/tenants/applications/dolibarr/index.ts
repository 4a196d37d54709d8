import { defineApplication } from "../application.ts";
import { dolibarrGuide } from "./archive-guide.ts";
import { dolibarrAccesses, dolibarrSection } from "./declaration.ts";
import { images } from "./images.ts";
import { planDolibarr } from "./plan.ts";

export const dolibarr = defineApplication({
  name: "dolibarr",
  description: "Memberships, accounts and invoices (Dolibarr).",
  section: dolibarrSection,
  plan: planDolibarr,
  begins: {},
  images: Object.values(images),
  tellsApart: dolibarrAccesses,
  isGated: false,
  rows: "mariadb",
  guide: dolibarrGuide,
});
