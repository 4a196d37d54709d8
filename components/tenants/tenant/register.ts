import pulumi, { type ComponentResourceOptions } from "@pulumi/pulumi";
import type { Guests } from "../../foundation/namespace/manifests.ts";
import type { Register } from "../../foundation/part/registered.ts";
import type { DatabaseServer } from "../../platform/database/contract.ts";
import type { Login } from "../../platform/login/index.ts";
import { Mariadb } from "../../platform/mariadb/index.ts";
import { type MariadbPlans, mariadbServersOf } from "../../platform/mariadb/plan.ts";
import type { AnswersAgendas } from "../applications/telephones.ts";
import { Tenant, type TenantArgs } from "./index.ts";
import { mariadbClients } from "./manifests.ts";
import type { TenantPlan } from "./plan.ts";

/** The part of a plan that decides which associations exist, and what is left of retired ones. */
interface TenantPlans extends MariadbPlans {
  tenants?: readonly TenantPlan[] | undefined;
  /** Associations whose data was released: their rows are removed from the shared server. */
  retired: { tenants?: readonly TenantPlan[] | undefined };
  retirements: Readonly<Record<string, { data: string }>>;
}

/** Inputs of a commune's associations. */
export interface TenantsGiven {
  name: string;
  plan: TenantPlans;
  shared: Pick<TenantArgs, "seed" | "ingress" | "dns" | "dataHolder" | "pullSecret">;
  /** Returns the resources that copies take in the namespace of a service; undefined if it is not copied. */
  guestsOf(service: string): Guests | undefined;
  made: {
    /** The PostgreSQL servers of associations, by name. */
    associationDatabases?: ReadonlyMap<string, DatabaseServer>;
    login?: Login;
    accounts?: AnswersAgendas;
    /** Every server with rows of associations, by name. */
    associationServers?: ReadonlyMap<string, DatabaseServer>;
  };
}

/** Registers the MariaDB servers of associations, and the associations. */
export const registerTenants: Register<TenantsGiven> = (given, options) => {
  const { name, plan, shared, guestsOf, made } = given;
  const { tenants: planned = [] } = plan;
  const mariadb = mariadbServers(given, options);
  const associationServers = new Map<string, DatabaseServer>([
    ...mariadb,
    ...(made.associationDatabases ?? []),
  ]);
  const { login, accounts } = made;
  const tenants = planned.map((tenant) => {
    const guests = guestsOf(tenant.service);
    const args = { ...shared, ...tenant, databases: associationServers, login, accounts, guests };
    return { ...tenant, component: new Tenant(`${name}-${tenant.service}`, args, options) };
  });
  return {
    components: {
      ...Object.fromEntries(mariadb),
      ...Object.fromEntries(tenants.map(({ service, component }) => [service, component])),
    },
    made: { associationServers },
    // Addresses of applications, and the first administrators' passwords: docs/tenants.md.
    outputs: {
      tenants: pulumi.secret(
        Object.fromEntries(tenants.map(({ id, component }) => [id, component.applications])),
      ),
    },
  };
};

/**
 * Registers the MariaDB servers, by name. Rows of released associations are removed; an association's own server is
 * removed with it.
 */
function mariadbServers(
  { name, plan, shared: { seed, dns, dataHolder, pullSecret } }: TenantsGiven,
  options: ComponentResourceOptions,
): ReadonlyMap<string, Mariadb> {
  const released = (plan.retired.tenants ?? []).filter(
    ({ service }) => plan.retirements[service]?.data === "released",
  );
  return new Map(
    mariadbServersOf(plan).map((planned) => {
      const { server } = planned;
      const clients = mariadbClients(server, plan.tenants ?? []);
      const drops = mariadbClients(server, released);
      const args = { seed, dns, dataHolder, pullSecret, ...planned, clients, drops };
      return [server, new Mariadb(`${name}-${server}`, args, options)];
    }),
  );
}
