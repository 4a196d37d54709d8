import type * as z from "zod";
import { gibibytes } from "../../../components/foundation/declaration/size.ts";
import type { gardensSection } from "./declaration.ts";

/** Gardens with every size known. */
export interface GardensPlan {
  commune: string;
  host: string;
  storageGiB: number;
  storageClass: string | undefined;
}

/** Fields of a commune's declaration that the plan reads. */
export interface GardensDeclaration {
  id: string;
  domain: string;
  gardens?: z.output<typeof gardensSection> | undefined;
}

/** Plans the `gardens:` section; undefined if there is none. Pure. */
export function planGardens(
  { id, domain, gardens }: GardensDeclaration,
  { storageClass }: { storageClass: string | undefined },
): GardensPlan | undefined {
  return (
    gardens && {
      commune: id,
      host: `${gardens.subdomain}.${domain}`,
      storageGiB: gibibytes(gardens.storage),
      storageClass,
    }
  );
}
