import type pulumi from "@pulumi/pulumi";
import { Mariadb, type MariadbArgs } from "../platform/mariadb/index.ts";
import { mariadbClients } from "../tenants/tenant/manifests.ts";
import { mariadbServersOf } from "../tenants/tenant/plan.ts";
import { releasedTenants } from "./associations.ts";
import type { CommunePlan } from "./planned.ts";

/**
 * The servers of associations' applications, by name; the rows of associations that were let go of are removed from the one
 * that all share. An own one goes with its association.
 */
export function mariadbServers(
  name: string,
  plan: CommunePlan,
  shared: Pick<MariadbArgs, "seed" | "dns" | "dataHolder" | "pullSecret">,
  options: pulumi.ComponentResourceOptions,
): ReadonlyMap<string, Mariadb> {
  const { tenants = [] } = plan;
  const { seed, dns, dataHolder, pullSecret } = shared;
  const given = { seed, dns, dataHolder, pullSecret };
  return new Map(
    mariadbServersOf(plan).map((planned) => {
      const { server } = planned;
      const clients = mariadbClients(server, tenants);
      const drops = mariadbClients(server, releasedTenants(plan));
      return [server, new Mariadb(`${name}-${server}`, { ...given, ...planned, clients, drops }, options)];
    }),
  );
}
