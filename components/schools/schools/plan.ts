import type * as z from "zod";
import { gibibytes } from "../../foundation/declaration/size.ts";
import type { Site } from "../../foundation/site/site.ts";
import type { schoolsSection } from "./declaration.ts";

/** What shares lessons and libraries with schools, with every size known. */
export interface SchoolsPlan {
  commune: string;
  host: string;
  storageGiB: number;
  storageClass: string | undefined;
  /** What every school has: published below `/library/`. */
  libraries: readonly { id: string; name: string }[];
  /** Version of OpenBoard that workstations are told to have. */
  openboard: string;
}

/** What is read of a commune's declaration. */
export interface SchoolsDeclaration {
  id: string;
  domain: string;
  schools?: z.output<typeof schoolsSection> | undefined;
}

/** Plans the `schools:` section; nothing when the commune has none. */
export function planSchools(
  { id, domain, schools }: SchoolsDeclaration,
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
  };
}
