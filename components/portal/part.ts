import type { Part } from "../foundation/part/part.ts";
import type { PortalPlan } from "./plan.ts";

/** The commune's own pages. */
export const portalPart: Part<{ portal?: PortalPlan | undefined }> = {
  kind: "portal",
  sections: { portal: { en: "public pages", fr: "pages publiques" } },
};
