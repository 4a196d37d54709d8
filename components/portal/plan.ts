import type { Dataset } from "../foundation/page/dataset.ts";
import type { HelpPage } from "../foundation/page/help.ts";
import type { ListedAssociation } from "./associations.ts";
import type { ChatonsService } from "./chatons.ts";
import type { PortalDeclaration } from "./declaration.ts";
import type { NewsItem } from "./news.ts";
import type { UsedSoftware } from "./software.ts";

/** Content of the files beside `commune.yaml`, for the pages. */
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
  /** Its services, for the files of a member of the CHATONS. */
  chatons: readonly ChatonsService[];
  /** Help with what it offers, a page each. */
  help: readonly HelpPage[];
  /** The associations that it hosts and that everybody may read. */
  associations: readonly ListedAssociation[];
  /** Address at which associations ask for a place; undefined if they cannot. */
  requests?: string | undefined;
  /** Retention of personal data: what, and until when, in French. */
  retention: readonly { what: string; period: string }[];
  /** Data sets that it publishes, beside its software. */
  datasets: readonly Dataset[];
}
