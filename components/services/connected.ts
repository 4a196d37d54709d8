import { type Availabilities, availabilityOf } from "../foundation/availability/availability.ts";
import type { DatabaseClient, ServiceDatabase } from "../platform/database/contract.ts";
import type { ConnectedPods } from "../platform/lost-server/pods.ts";

/**
 * Returns the pods of a service that have to give up connections to a server that was lost with its node; undefined if
 * neither the service nor its database server tolerates that.
 */
export function connectedPods(
  service: string,
  { workloads: [workload], libpq, isPooled = false }: DatabaseClient,
  { isSpread }: Pick<ServiceDatabase, "isSpread">,
  availabilities: Availabilities = { commune: "single", services: {} },
): ConnectedPods | undefined {
  if (libpq === undefined) return undefined;
  if (!isSpread && availabilityOf(availabilities, service) === "single") return undefined;
  return { workload, components: libpq, isPooled };
}
