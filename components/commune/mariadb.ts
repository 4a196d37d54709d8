import type pulumi from "@pulumi/pulumi";
import { Mariadb, type MariadbArgs } from "../platform/mariadb/index.ts";
import { mariadbService } from "../platform/mariadb/manifests.ts";
import { mariadbClients } from "../tenants/tenant/manifests.ts";
import { releasedTenants } from "./associations.ts";
import type { CommunePlan } from "./plan.ts";

/** The server of associations' applications; the rows of those that were let go of are removed from it. */
export function mariadbServer(
  name: string,
  plan: CommunePlan,
  shared: Pick<MariadbArgs, "seed" | "dns" | "dataHolder" | "pullSecret">,
  options: pulumi.ComponentResourceOptions,
): Mariadb | undefined {
  const { mariadb, tenants = [] } = plan;
  if (mariadb === undefined) return undefined;
  const { seed, dns, dataHolder, pullSecret } = shared;
  const given = { ...mariadb, seed, dns, dataHolder, pullSecret };
  const asked = { clients: mariadbClients(tenants), drops: mariadbClients(releasedTenants(plan)) };
  return new Mariadb(`${name}-${mariadbService}`, { ...given, ...asked }, options);
}
