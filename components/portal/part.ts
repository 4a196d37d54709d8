import type { Part } from "../foundation/part/part.ts";
import { portalProblems } from "./check.ts";
import type { PortalPlan } from "./plan.ts";

/** The commune's own pages. */
export const portalPart: Part<
  { portal?: PortalPlan | undefined },
  { declaration: Parameters<typeof portalProblems>[0] }
> = {
  kind: "portal",
  ofRepository: { portal: "its pages are files beside commune.yaml" },
  sections: { portal: { en: "public pages", fr: "pages publiques" } },
  problems: portalProblems,
};
