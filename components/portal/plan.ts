import type { PortalDeclaration } from "./declaration.ts";
import type { NewsItem } from "./news.ts";

/** Software that the commune runs, as its pages tell it. */
export interface UsedSoftware {
  name: string;
  version: string;
  /** SPDX identifier. */
  licence: string;
  /** Where its source is. */
  source: string;
  /** What it is for, in French; nothing for what other software needs. */
  purpose: string | undefined;
}

/** What the files beside `commune.yaml` give the pages. */
export interface PortalFiles {
  /** The coat of arms, SVG. */
  arms: string | undefined;
  news: readonly NewsItem[];
}

/** The pages of a commune, with all that is on them. */
export interface PortalPlan extends PortalFiles {
  commune: { name: string; domain: string; contact: string; website: string | undefined };
  portal: PortalDeclaration;
  software: readonly UsedSoftware[];
}

/** How far the pages conform, as a statement of accessibility has to say. Source: RGAA 4.1.2, "déclaration d'accessibilité". */
export type Conformity = "totale" | "partielle" | "non conforme";

/** The state that a statement says: half of the criteria are the least that counts as part. Whether the audit is too old is a rule's to say. */
export function conformityOf(audit: PortalDeclaration["audit"]): Conformity {
  if (audit === undefined || audit.rate < 50) return "non conforme";
  return audit.rate === 100 ? "totale" : "partielle";
}
