import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { Guests } from "../../foundation/namespace/manifests.ts";
import type { Register } from "../../foundation/part/registered.ts";
import type { DatabaseServer } from "../../platform/database/contract.ts";
import type { Login } from "../../platform/login/index.ts";
import { Mariadb } from "../../platform/mariadb/index.ts";
import { type MariadbPlans, mariadbServersOf } from "../../platform/mariadb/plan.ts";
import type { AnswersAgendas } from "../applications/telephones.ts";
import { type OpenedApplication, Tenant, type TenantArgs } from "./index.ts";
import { mariadbClients } from "./manifests.ts";
import type { TenantPlan } from "./plan.ts";

/** What of a plan says which associations there are, and what is left of those that were retired. */
interface TenantPlans extends MariadbPlans {
  tenants?: readonly TenantPlan[] | undefined;
  /** Associations whose data was let go of: their rows go from the server that all share. */
  retired: { tenants?: readonly TenantPlan[] | undefined };
  retirements: Readonly<Record<string, { data: string }>>;
}

/** What associations are given of a commune. */
export interface TenantsGiven {
  name: string;
  plan: TenantPlans;
  shared: Pick<TenantArgs, "seed" | "ingress" | "dns" | "dataHolder" | "pullSecret">;
  /** What copies take in the namespace of a service; undefined where it is not copied. */
  guestsOf(service: string): Guests | undefined;
  made: {
    /** The PostgreSQL servers of associations, by name. */
    associationDatabases?: ReadonlyMap<string, DatabaseServer>;
    login?: Login;
    accounts?: AnswersAgendas;
    /** Every server that rows of associations are on, by name. */
    associationServers?: ReadonlyMap<string, DatabaseServer>;
    /** What each association is told of its applications, by its id. */
    tenants?: Readonly<Record<string, Readonly<Record<string, OpenedApplication>>>>;
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
    made: {
      associationServers,
      tenants: Object.fromEntries(tenants.map(({ id, component }) => [id, component.applications])),
    },
  };
};

/** The MariaDB servers, by name; rows of associations that were let go of are removed. An own one goes with its association. */
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
