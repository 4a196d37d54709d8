import type * as z from "zod";
import { address } from "../foundation/declaration/address.ts";
import { count } from "../foundation/declaration/count.ts";
import { date } from "../foundation/declaration/date.ts";
import { line } from "../foundation/declaration/line.ts";
import { list } from "../foundation/declaration/list.ts";
import { section } from "../foundation/declaration/section.ts";
import { weeklyHours } from "../foundation/declaration/weekly-hours.ts";
import { colour } from "./colour.ts";
import { phone } from "./phone.ts";

const hostSection = section({
  name: line({ example: "Métropole de Lyon, direction du numérique" }).describe(
    "Who runs the machines: the commune itself where they are its own.",
  ),
  address: line({ maximumLength: 200, example: "20 rue du Lac, 69003 Lyon" }).describe("Its postal address."),
  phone: phone().describe("Its telephone number."),
});

/** Lines of the statement, in French. */
function sentences(noun: string) {
  return list(line({ maximumLength: 300 }), { noun });
}

const auditSection = section({
  date: date().describe("The day on which it ended. It is worth three years."),
  by: line({ example: "Ville de Villeurbanne, mission accessibilité" }).describe("Who made it."),
  rate: count({ minimum: 0, maximum: 100, example: 84 }).describe(
    "Criteria of the RGAA that are met, in percent.",
  ),
  report: address({ example: "https://www.villeurbanne.fr/accessibilite/audit-2026" })
    .optional()
    .describe("Where its report can be read."),
  tools: sentences("tools")
    .default([])
    .describe("Browsers with screen readers, and tools, that it used: `Firefox et NVDA`."),
  pages: sentences("pages").default([]).describe("Which pages it looked at."),
});

const accessibilitySection = section({
  established: date().describe("The day on which the statement was drawn up."),
  updated: date().optional().describe("The day on which it was last looked at again."),
  scheme: address({ example: "https://www.villeurbanne.fr/accessibilite/schema-2026-2028" })
    .optional()
    .describe("Where the commune's multi-year scheme of accessibility is (law 2005-102, article 47)."),
  plan: address({ example: "https://www.villeurbanne.fr/accessibilite/plan-2026" })
    .optional()
    .describe("Where this year's plan of action is, with what was done in the last one."),
  faults: sentences("faults")
    .default([])
    .describe("What is known not to conform, each with where else people get the same."),
  derogations: sentences("derogations")
    .default([])
    .describe("What would be a disproportionate burden to make accessible, each with its reason."),
  exempt: sentences("contents").default([]).describe("What the law does not ask to be accessible."),
});

/** The `portal:` section: what the commune's own pages say beside what its other sections tell. */
export const portalSection = section({
  address: line({ maximumLength: 200, example: "Place Lazare-Goujon, 69100 Villeurbanne" }).describe(
    "Where people come in person.",
  ),
  phone: phone().describe("Where people call."),
  hours: weeklyHours({ example: "Mo-Fr 08:30-17:00" }).describe("When somebody is there."),
  director: line({ example: "Le ou la maire de Villeurbanne" }).describe(
    "Who answers for what is published (law of 29 July 1982, article 93-2): an office, or a name.",
  ),
  host: hostSection.describe("Who hosts it (law of 21 June 2004, article 1-1)."),
  colour: colour()
    .optional()
    .describe(
      "The town's colour, for the top of its pages; white text is read on it. A dark blue when absent.",
    ),
  arms: line({ example: "armoiries.svg" })
    .optional()
    .describe("Its coat of arms: an SVG file beside `commune.yaml`. None when absent."),
  audit: auditSection
    .optional()
    .describe(
      "The last audit of these pages' accessibility. Without one of the last three years, the statement says that they do not conform.",
    ),
  accessibility: accessibilitySection
    .optional()
    .describe(
      "What the statement of accessibility says beside the audit. It says what is not known where it is absent.",
    ),
});

export type PortalDeclaration = z.output<typeof portalSection>;
