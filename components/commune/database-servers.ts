import type pulumi from "@pulumi/pulumi";
import type { Seed } from "../foundation/seed/index.ts";
import type { GivenSecrets } from "../foundation/site/config.ts";
import { dataHolderOptions } from "../foundation/site/data-holders.ts";
import { apiServerOf, peersOf, type Site } from "../foundation/site/site.ts";
import type { CopyAccess, DatabaseServer } from "../platform/database/contract.ts";
import { ExternalDatabase } from "../platform/database/external.ts";
import { Database, type DatabaseArgs } from "../platform/database/index.ts";
import type { DatabaseSpec } from "../platform/database/manifests.ts";
import { ownerOfDatabase } from "../platform/database/plan.ts";
import { DatabaseRestore } from "../recovery/database-restore/index.ts";
import { serverOfRows } from "../recovery/points/plan.ts";
import type { PlannedService } from "../services/define.ts";
import { plannedServices } from "../services/index.ts";
import type { CommunePlan } from "./planned.ts";
import { databaseServersOf } from "./servers.ts";
import type { VaultPasses } from "./vault-passes.ts";

/** Inputs for a commune's database servers. */
export interface ServersArgs {
  plan: CommunePlan;
  site: Site;
  given: GivenSecrets;
  pullSecret?: pulumi.Output<string> | undefined;
  seed: Seed;
  /** Credentials for the vaults with its copies. */
  passes: VaultPasses;
}

/** The servers on which services have their databases. */
export interface DatabaseServers {
  /**
   * Returns the server of a service: its own, the commune's, or the one outside; undefined if the service is not
   * planned.
   */
  of(service: string): DatabaseServer | undefined;
  /** Our servers. */
  ours: Database[];
  /** PostgreSQL servers of associations, by name. */
  ofAssociations: ReadonlyMap<string, DatabaseServer>;
  /** Returns the access with which a server is copied; undefined if it is not copied. */
  copyAccess(server: string): CopyAccess | undefined;
}

/** Registers our servers: those in use, and those that are kept. */
export function databaseServers(
  name: string,
  args: ServersArgs,
  options: pulumi.ComponentResourceOptions,
): DatabaseServers {
  const { plan, site, given, pullSecret, seed } = args;
  const planned = plannedServices(plan);
  const serverOf = ({ dedicatedDatabase }: PlannedService) => dedicatedDatabase?.server ?? "database";
  const isDumped = (server: string) =>
    plan.points.some(({ rows }) => rows !== undefined && serverOfRows(rows) === server);
  const ours = new Map(
    databaseServersOf(plan).map(({ server }) => {
      const isInUse = !plan.formerServers.some((former) => former.server === server);
      const clients = planned.filter((service) => isInUse && serverOf(service) === server.server);
      const ofAssociation = plan.dedicatedPostgresqls?.find((own) => own.server.server === server.server);
      const of = {
        ...server,
        seed,
        dataHolder: dataHolderOptions(site, plan.retirements[server.server]),
        pullSecret,
        dns: site.dns,
        operator: { namespace: site.operatorNamespace, apiServer: apiServerOf(site) },
        clients: [...clients.map(({ client }) => client), ...(ofAssociation?.clients ?? [])],
        isExchanged: server.isCopied === true || isDumped(server.server),
        drops: server.server === "database" ? plan.drops : [],
        beforeStart: restoreOf(name, args, server, options),
      };
      return [server.server, new Database(`${name}-${server.server}`, of, options)];
    }),
  );
  const outside =
    plan.database && "outside" in plan.database
      ? new ExternalDatabase(plan.database.outside, given, (name) => seed.givenLabel(name))
      : undefined;
  return {
    ours: [...ours.values()],
    ofAssociations: new Map([...ours].filter(([server]) => ownerOfDatabase(server) !== undefined)),
    copyAccess: (server) => ours.get(server)?.copyAccess ?? outside?.copyAccess,
    of(service) {
      const found = planned.find((each) => each.service === service);
      const isOutside = outside && found?.dedicatedDatabase === undefined;
      return found && (isOutside ? outside : ours.get(serverOf(found)));
    },
  };
}

/** Registers the restore that a server needs before it starts, if one is declared. */
function restoreOf(
  name: string,
  { seed, passes, site }: ServersArgs,
  { restoreFrom, ...server }: DatabaseSpec,
  options: pulumi.ComponentResourceOptions,
): DatabaseArgs["beforeStart"] {
  if (restoreFrom === undefined || restoreFrom.undo) return undefined;
  return (ready) => {
    const args = {
      ...server,
      restoreFrom,
      ready,
      accesses: passes.reading(server.server),
      seed,
      places: peersOf(site),
    };
    return [new DatabaseRestore(`${name}-${server.server}-restore`, args, options).job];
  };
}
