import type { PeerPlaces } from "../../foundation/network-policy/manifests.ts";
import type { CacheConnection } from "../../platform/cache/contract.ts";
import type { DatabaseConnection } from "../../platform/database/contract.ts";
import type { OwnServers } from "../../platform/database/plan.ts";
import type { Identity } from "../../platform/identity/plan.ts";
import type { Mail } from "../../platform/mail/plan.ts";
import type { MastodonPlan } from "./plan.ts";

/** Everything that decides what a Mastodon is made of. */
export interface MastodonSpec extends Omit<MastodonPlan, keyof OwnServers> {
  database: DatabaseConnection;
  cache: CacheConnection;
  mail: Mail | undefined;
  identity: Identity | undefined;
  /** Address ranges in which other communes are found. */
  peers: PeerPlaces;
  /** Labels of the derived secrets and names of the given ones: a change restarts the pods. */
  secretLabels: readonly string[];
}
