import type { CommuneDeclaration } from "../commune/declaration.ts";
import { gibibytes } from "../declaration/size.ts";
import type { Site } from "../site/site.ts";

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

/** What the `schools:` section comes to; nothing when the commune has none. */
export function planSchools(
  { id, domain, schools }: CommuneDeclaration,
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
