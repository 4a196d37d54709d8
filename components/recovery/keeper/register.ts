import type { Output } from "@pulumi/pulumi";
import type { Register } from "../../foundation/part/registered.ts";
import type { Site } from "../../foundation/site/site.ts";
import type { CopyAccess } from "../../platform/database/contract.ts";
import type { GivesAccess } from "../vault/access.ts";
import { bucketSecrets, type KeptVault } from "../vault/plan.ts";
import { Keeper, type KeeperArgs } from "./index.ts";
import { type KeeperPlan, keeperService } from "./plan.ts";

/** Values of a commune that its keepers take. */
export interface KeepersGiven {
  name: string;
  plan: { keepers?: readonly KeeperPlan[]; keptVaults?: readonly KeptVault[] | undefined };
  site: Pick<Site, "monitoringNamespace">;
  shared: Pick<KeeperArgs, "seed" | "dns" | "pullSecret"> & { peers: KeeperArgs["places"] };
  made: {
    /** Returns the access with which a server is copied; undefined if it is not copied. */
    databases?: { copyAccess(server: string): CopyAccess | undefined };
    passes?: GivesAccess;
    /** Private key of the commune's descriptor, base64url. Secret. */
    descriptorKey?: Output<string>;
  };
}

/** Registers the keepers, which copy database servers into the vaults of other communes. */
export const registerKeepers: Register<KeepersGiven> = ({ name, plan, site, shared, made }, options) => {
  const { databases, passes, descriptorKey } = made;
  if (passes === undefined) return {};
  const { monitoringNamespace } = site;
  const bucketKeys = bucketSecrets(plan.keptVaults ?? []);
  const registered = (plan.keepers ?? []).flatMap((keeper): [string, Keeper][] => {
    const access = databases?.copyAccess(keeper.server);
    if (access === undefined) return [];
    const service = keeperService(keeper.server);
    const args = {
      ...{ ...shared, ...keeper, access, bucketKeys, monitoringNamespace, descriptorKey },
      accesses: passes.appending(keeper.server),
      places: shared.peers,
    };
    return [[service, new Keeper(`${name}-${service}`, args, options)]];
  });
  return { components: Object.fromEntries(registered) };
};
