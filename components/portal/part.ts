import type { Part } from "../foundation/part/part.ts";
import { portalProblems } from "./check.ts";
import { french } from "./french.ts";
import { associationsSet } from "./live.ts";
import type { PortalPlan } from "./plan.ts";

/** The commune's own pages. */
export const portalPart: Part<
  { portal?: PortalPlan | undefined },
  { declaration: Parameters<typeof portalProblems>[0] & { tenants?: object | undefined } }
> = {
  kind: "portal",
  whenNodeIsLost: "Has no pod of its own: the publisher serves its pages.",
  french,
  ofRepository: { portal: "its pages are files beside commune.yaml" },
  touches: { portal: ["readers"] },
  sections: { portal: { en: "public pages", fr: "pages publiques" } },
  problems: portalProblems,
  datasets: ({ tenants }) => (tenants ? [associationsSet] : []),
};
