import type * as z from "zod";
import { gibibytes } from "../../foundation/declaration/size.ts";
import { type Statement, type Stating, statementOf } from "../../foundation/page/statement.ts";
import type { Site } from "../../foundation/site/site.ts";
import type { schoolsSection } from "./declaration.ts";

/** Plan of the server that shares lessons and libraries with schools, with every size known. */
export interface SchoolsPlan {
  commune: string;
  host: string;
  storageGiB: number;
  storageClass: string | undefined;
  /** Libraries that every school has: published below `/library/`. */
  libraries: readonly { id: string; name: string }[];
  /** Version of OpenBoard that workstations are told to have. */
  openboard: string;
  /** The commune's statement of accessibility; undefined if it has none. */
  statement: Statement | undefined;
}

/** Fields of a commune's declaration that are read here. */
export interface SchoolsDeclaration extends Stating {
  id: string;
  schools?: z.output<typeof schoolsSection> | undefined;
}

/** Plans the `schools:` section; nothing when the commune has none. */
export function planSchools(
  { id, domain, portal, schools }: SchoolsDeclaration,
  { storageClass }: Pick<Site, "storageClass">,
): SchoolsPlan | undefined {
  if (schools === undefined) return undefined;
  return {
    commune: id,
    host: `${schools.subdomain}.${domain}`,
    storageGiB: gibibytes(schools.storage),
    storageClass,
    libraries: Object.entries(schools.libraries).map(([id, { name }]) => ({ id, name })),
    openboard: schools.openboard,
    statement: statementOf({ domain, portal }),
  };
}
