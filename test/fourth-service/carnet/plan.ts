import type * as z from "zod";
import { gibibytes } from "../../../components/foundation/declaration/size.ts";
import { planOwnServers } from "../../../components/platform/database/plan.ts";
import type { CommuneFacts } from "../../../components/services/facts.ts";
import type { ServicePlan } from "../../../components/services/service.ts";
import type { carnetSection } from "./declaration.ts";

/** A Carnet with every size known. */
export interface CarnetPlan extends ServicePlan {
  storageGiB: number;
  storageClass: string | undefined;
}

export function planCarnet(
  carnet: z.output<typeof carnetSection>,
  { id, domain, storageClass, availability }: CommuneFacts,
): CarnetPlan {
  const size = { databaseMiB: 64 };
  return {
    commune: id,
    version: carnet.version,
    host: `${carnet.subdomain}.${domain}`,
    size,
    storageGiB: gibibytes(carnet.storage),
    storageClass,
    ...planOwnServers({ commune: id, service: "carnet" }, carnet.dedicatedDatabase, size.databaseMiB, {
      storageClass,
      availability,
    }),
  };
}
