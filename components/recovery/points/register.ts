import type pulumi from "@pulumi/pulumi";
import type { Register } from "../../foundation/part/registered.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import type { GivenSecrets } from "../../foundation/site/config.ts";
import { peersOf, type Site } from "../../foundation/site/site.ts";
import type { DatabaseServer } from "../../platform/database/contract.ts";
import type { GivesAccess } from "../vault/access.ts";
import { RestorePoints } from "./index.ts";
import { type PointsPlan, serverOfRows } from "./plan.ts";

/** Values of a commune that its restore points take. */
export interface PointsGiven {
  name: string;
  plan: { points?: readonly PointsPlan[] };
  site: Site;
  shared: { seed: Seed; given: GivenSecrets };
  /** Components of parts before, by the suffix of their namespaces. */
  components: Readonly<Record<string, pulumi.Resource>>;
  made: {
    /** The servers of services. */
    databases?: { of(service: string): DatabaseServer | undefined };
    /** Every server with rows of associations, by name. */
    associationServers?: ReadonlyMap<string, DatabaseServer>;
    passes?: GivesAccess;
    /** Private key of the commune's descriptor, base64url. Secret. */
    descriptorKey?: pulumi.Output<string>;
  };
}

/** Registers the restore points of everything that has some, beside what they are of. */
export const registerPoints: Register<PointsGiven> = (given, options) => {
  const { name, plan, site, shared, components, made } = given;
  const { databases, associationServers, passes, descriptorKey } = made;
  if (passes === undefined || descriptorKey === undefined) return {};
  const peers = peersOf(site);
  const registered = (plan.points ?? []).flatMap((points): [string, RestorePoints][] => {
    const { service, beside, rows, bucket } = points;
    const after = components[beside.service];
    if (after === undefined) return [];
    const ofService = databases?.of(service)?.databaseOf(service);
    const ofAssociation =
      rows && associationServers?.get(serverOfRows(rows) ?? "")?.databaseOf(rows.database);
    const own = `${service}-restore-point`;
    const args = {
      ...{ ...points, seed: shared.seed, peers, after, descriptorKey },
      access: passes.appending(service),
      database: ofService ?? ofAssociation,
      bucketKeys: bucket && {
        accessKey: shared.given(bucket.keys.accessKey),
        secretKey: shared.given(bucket.keys.secretKey),
      },
    };
    return [[own, new RestorePoints(`${name}-${own}`, args, options)]];
  });
  return { components: Object.fromEntries(registered) };
};
