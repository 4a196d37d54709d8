import { defineApplication } from "../application.ts";
import { siteGuide } from "./archive-guide.ts";
import { siteSection } from "./declaration.ts";
import { planSite } from "./plan.ts";

export const site = defineApplication({
  name: "site",
  description: "A site of files, at the tenant's domain itself.",
  section: siteSection,
  plan: planSite,
  begins: {},
  images: [],
  tellsApart: ["public"],
  isGated: true,
  rows: undefined,
  guide: siteGuide,
});
