import { type Conformity, statementPath } from "../foundation/page/statement.ts";
import type { ListedAssociation } from "./associations.ts";

/** Path of each page of the portal, below the commune's domain. */
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

/** Mount path of the files, each compressed with Brotli, with an index of them. */
export const portalFolder = "/etc/portal";

/** The file that says what the others are: {@link PortalIndex}. */
export const portalIndex = "index.json";

/** Index of the portal for the publisher. */
export interface PortalIndex {
  /** Its files: at which path, of which type, under which name in the folder. */
  files: readonly { path: string; type: string; file: string }[];
  /** Values of the first page, which is made by the publisher, since it knows what runs. */
  home: HomePortal;
}

/** Values on the first page beside those of the commune's descriptor. */
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
  /** Address at which associations ask for a place; undefined if they cannot. */
  requests?: string | undefined;
  /** Conformity that the statement of accessibility declares. */
  conformity: Conformity;
}
