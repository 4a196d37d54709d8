import type pulumi from "@pulumi/pulumi";
import { descriptorLabel } from "../federation/secrets.ts";
import type { Seed } from "../foundation/seed/index.ts";
import { peersOf } from "../foundation/site/site.ts";
import type { DatabaseServer } from "../platform/database/contract.ts";
import { Keeper } from "../recovery/keeper/index.ts";
import { keeperService } from "../recovery/keeper/plan.ts";
import { RestorePoints } from "../recovery/points/index.ts";
import { serverOfRows } from "../recovery/points/plan.ts";
import { bucketSecrets } from "../recovery/vault/plan.ts";
import type { CommuneArgs } from "./args.ts";
import type { DatabaseServers } from "./database-servers.ts";
import { keepersOf } from "./keepers.ts";
import type { Shared } from "./shared.ts";
import type { VaultPasses } from "./vault-passes.ts";

/** Parts of a commune that its copies depend on. */
interface Copied {
  databases: DatabaseServers;
  passes: VaultPasses;
  /** Components of parts, by the suffix of their namespaces: restore points come after them. */
  components: Readonly<Record<string, pulumi.Resource>>;
  seed: Seed;
}

/** Registers the restore points of every service that has some. */
export function registerRestorePoints(
  name: string,
  { plan, site }: CommuneArgs,
  { databases, passes, components, seed }: Copied,
  options: pulumi.ComponentResourceOptions,
): RestorePoints[] {
  const peers = peersOf(site);
  return plan.points.flatMap((points) => {
    const { service } = points;
    const [server, after] = [databases.of(service), components[service]];
    if (server === undefined || after === undefined) return [];
    return new RestorePoints(
      `${name}-${service}-restore-point`,
      {
        ...points,
        ...{ seed, peers, after, access: passes.appending(service) },
        descriptorKey: seed.secret(descriptorLabel),
        database: server.databaseOf(service),
      },
      options,
    );
  });
}

/** Registers the restore points of the directory. */
export function registerDirectoryPoints(
  name: string,
  { plan, site }: CommuneArgs,
  { passes, components, seed }: Pick<Copied, "passes" | "components" | "seed">,
  options: pulumi.ComponentResourceOptions,
): RestorePoints[] {
  return plan.directoryPoints.flatMap((points) => {
    const after = components[points.service];
    if (after === undefined) return [];
    return new RestorePoints(
      `${name}-${points.service}-restore-point`,
      {
        ...points,
        ...{ seed, peers: peersOf(site), after, access: passes.appending(points.service) },
        descriptorKey: seed.secret(descriptorLabel),
        database: undefined,
      },
      options,
    );
  });
}

/** Registers the restore points of the associations' applications. */
export function registerApplicationPoints(
  name: string,
  { plan, site }: CommuneArgs,
  {
    passes,
    servers,
    components,
    seed,
  }: Pick<Copied, "passes" | "components" | "seed"> & {
    /** Every server with rows of associations, by name. */
    servers: ReadonlyMap<string, DatabaseServer> | undefined;
  },
  options: pulumi.ComponentResourceOptions,
): RestorePoints[] {
  const peers = peersOf(site);
  return plan.applicationPoints.flatMap((points) => {
    const { service, beside, rows } = points;
    const after = components[beside.service];
    if (after === undefined) return [];
    return new RestorePoints(
      `${name}-${service}-restore-point`,
      {
        ...points,
        ...{ seed, peers, after, access: passes.appending(service) },
        descriptorKey: seed.secret(descriptorLabel),
        database: rows && servers?.get(serverOfRows(rows) ?? "")?.databaseOf(rows.database),
      },
      options,
    );
  });
}

/** Registers the keepers, which copy database servers into the vaults of other communes. */
export function registerKeepers(
  name: string,
  { plan, site }: CommuneArgs,
  { databases, passes, shared }: Pick<Copied, "databases" | "passes"> & { shared: Shared },
  options: pulumi.ComponentResourceOptions,
): Keeper[] {
  const { monitoringNamespace } = site;
  return keepersOf(plan).flatMap((keeper) => {
    const access = databases.copyAccess(keeper.server);
    const accesses = passes.appending(keeper.server);
    const args = {
      ...{ ...shared, ...keeper, accesses, places: shared.peers, monitoringNamespace },
      bucketKeys: bucketSecrets(plan.keptVaults),
    };
    return access
      ? [new Keeper(`${name}-${keeperService(keeper.server)}`, { ...args, access }, options)]
      : [];
  });
}
