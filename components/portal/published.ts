import { type Conformity, statementPath } from "../foundation/page/statement.ts";
import type { ListedAssociation } from "./associations.ts";

/** Where each page of the portal is, below the commune's domain. */
export const portalPaths = {
  news: "/actualites",
  feed: "/actualites.atom",
  help: "/aide",
  data: "/donnees",
  software: "/logiciels",
  accessibility: statementPath,
  legal: "/mentions-legales",
  arms: "/armoiries.svg",
} as const;

/** Where the files are mounted, each compressed with Brotli, and beside them what says which is which. */
export const portalFolder = "/etc/portal";

/** The file that says what the others are: {@link PortalIndex}. */
export const portalIndex = "index.json";

/** What the publisher is told of the portal. */
export interface PortalIndex {
  /** Its files: at which path, of which type, under which name in the folder. */
  files: readonly { path: string; type: string; file: string }[];
  /** What the first page shows, which is made where it is known what runs. */
  home: HomePortal;
}

/** What the first page shows beside what the commune's descriptor says. */
export interface HomePortal {
  colour: string | undefined;
  hasArms: boolean;
  address: string;
  phone: string;
  /** In French, a line for each group of days. */
  hours: readonly string[];
  /** The newest news: its title, its day and where it is. */
  news: readonly { title: string; date: string; path: string }[];
  /** The associations that it hosts and that everybody may read, some of them no longer. */
  associations: readonly ListedAssociation[];
  /** Where associations ask for a place; nothing where they cannot. */
  requests?: string | undefined;
  /** What the statement of accessibility says. */
  conformity: Conformity;
}
