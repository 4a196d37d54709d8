import type pulumi from "@pulumi/pulumi";
import { descriptorLabel } from "../federation/secrets.ts";
import type { Seed } from "../foundation/seed/index.ts";
import { peersOf } from "../foundation/site/site.ts";
import type { DatabaseServer } from "../platform/database/contract.ts";
import type { Directory } from "../platform/directory/index.ts";
import { Keeper } from "../recovery/keeper/index.ts";
import { keeperService } from "../recovery/keeper/plan.ts";
import { RestorePoints } from "../recovery/points/index.ts";
import { serverOfRows } from "../recovery/points/plan.ts";
import { Vault } from "../recovery/vault/index.ts";
import { vaultService } from "../recovery/vault/plan.ts";
import type { RunningService } from "../services/service.ts";
import type { CommuneArgs } from "./args.ts";
import type { DatabaseServers } from "./database-servers.ts";
import { keepersOf } from "./keepers.ts";
import type { Shared } from "./shared.ts";
import type { VaultPasses } from "./vault-passes.ts";

/** Room for the encrypted copies of other communes. */
export function vaultsOf(
  name: string,
  { plan, site }: CommuneArgs,
  shared: Shared,
  options: pulumi.ComponentResourceOptions,
): Vault[] {
  const { monitoringNamespace } = site;
  return (plan.vaults ?? []).map(
    (vault) =>
      new Vault(
        `${name}-${vaultService(vault.guest)}`,
        { ...shared, ...vault, monitoringNamespace },
        options,
      ),
  );
}

/** What the copies of a commune need of it. */
interface Copied {
  databases: DatabaseServers;
  passes: VaultPasses;
}

/** The restore points of every service that has some. */
export function restorePointsOf(
  name: string,
  { plan, site }: CommuneArgs,
  {
    databases,
    passes,
    services,
    seed,
  }: Copied & { services: Readonly<Record<string, RunningService>>; seed: Seed },
  options: pulumi.ComponentResourceOptions,
): RestorePoints[] {
  const peers = peersOf(site);
  return plan.points.flatMap((points) => {
    const { service } = points;
    const [server, after] = [databases.of(service), services[service]];
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

/** The restore points of the directory, beside it. */
export function directoryPointsOf(
  name: string,
  { plan, site }: CommuneArgs,
  { passes, directory, seed }: Pick<Copied, "passes"> & { directory: Directory | undefined; seed: Seed },
  options: pulumi.ComponentResourceOptions,
): RestorePoints[] {
  if (directory === undefined) return [];
  return plan.directoryPoints.map(
    (points) =>
      new RestorePoints(
        `${name}-${points.service}-restore-point`,
        {
          ...points,
          ...{ seed, peers: peersOf(site), after: directory, access: passes.appending(points.service) },
          descriptorKey: seed.secret(descriptorLabel),
          database: undefined,
        },
        options,
      ),
  );
}

/** The restore points of the applications of associations, beside each of them. */
export function applicationPointsOf(
  name: string,
  { plan, site }: CommuneArgs,
  {
    passes,
    databases,
    tenants,
    seed,
  }: Pick<Copied, "passes"> & {
    databases: ReadonlyMap<string, DatabaseServer>;
    tenants: readonly { id: string; tenant: pulumi.Resource }[];
    seed: Seed;
  },
  options: pulumi.ComponentResourceOptions,
): RestorePoints[] {
  const peers = peersOf(site);
  return plan.applicationPoints.flatMap((points) => {
    const { service, beside, rows } = points;
    const after = tenants.find(({ id }) => id === beside.tenant)?.tenant;
    if (after === undefined) return [];
    return new RestorePoints(
      `${name}-${service}-restore-point`,
      {
        ...points,
        ...{ seed, peers, after, access: passes.appending(service) },
        descriptorKey: seed.secret(descriptorLabel),
        database: rows && databases.get(serverOfRows(rows) ?? "")?.databaseOf(rows.database),
      },
      options,
    );
  });
}

/** What copies database servers into the vaults of others. */
export function runningKeepers(
  name: string,
  { plan, site }: CommuneArgs,
  { databases, passes, shared }: Copied & { shared: Shared },
  options: pulumi.ComponentResourceOptions,
): Keeper[] {
  const { monitoringNamespace } = site;
  return keepersOf(plan).flatMap((keeper) => {
    const access = databases.copyAccess(keeper.server);
    const accesses = passes.appending(keeper.server);
    const args = { ...shared, ...keeper, accesses, places: shared.peers, monitoringNamespace };
    return access
      ? [new Keeper(`${name}-${keeperService(keeper.server)}`, { ...args, access }, options)]
      : [];
  });
}
