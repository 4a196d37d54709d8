import type { NetworkPolicy } from "../../foundation/manifest/manifest.ts";
import { allowFrom, allowTo } from "../../foundation/network-policy/manifests.ts";
import { type PoolerSpec, pooledConnection, poolerPort } from "../../platform/pooler/manifests.ts";
import type { MastodonPlan } from "./plan.ts";
import type { MastodonSpec } from "./spec.ts";
import { mastodonPooler, servingComponents, workloadsOf } from "./workloads.ts";

/** Returns the pooler that Mastodon's processes reach its database server through; undefined if they do it themselves. */
export function poolerOf(spec: MastodonSpec, passwordLabel: string): PoolerSpec | undefined {
  const { commune, database, peers, size } = spec;
  if (size.pooler === undefined) return undefined;
  return {
    ...{ commune, service: "mastodon", size: size.pooler, database, passwordLabel },
    authority: database.sslMode === "verify-full" ? peers.authority : undefined,
  };
}

/** Returns the policies between the processes that serve and the pooler; none without one. */
export function poolerPolicies({ commune, size }: Pick<MastodonPlan, "commune" | "size">): NetworkPolicy[] {
  if (size.pooler === undefined) return [];
  const serving = workloadsOf(commune, servingComponents);
  const pooler = mastodonPooler(commune);
  return [allowTo(serving, pooler, poolerPort), allowFrom(serving, pooler, poolerPort)];
}

/**
 * Returns the variables by which a process that serves finds the database: the server itself is in what all processes
 * read, so that Jobs go there, and these win. In a pool of transactions no statement stays prepared. libpq refuses the
 * system's authorities for a connection without encryption.
 * Source: https://docs.joinmastodon.org/admin/scaling/#pgbouncer
 */
export function pooledEnvironment({
  database,
  size,
}: Pick<MastodonSpec, "database" | "size">): Record<string, string> {
  if (size.pooler === undefined) return {};
  const { host, port, sslMode } = pooledConnection({ service: "mastodon" }, database);
  return {
    ...{ DB_HOST: host, DB_PORT: String(port), DB_SSLMODE: sslMode, PREPARED_STATEMENTS: "false" },
    ...(database.sslMode === "verify-full" && { PGSSLROOTCERT: "" }),
  };
}
