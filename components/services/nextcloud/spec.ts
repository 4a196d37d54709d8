import { sha256 } from "../../foundation/manifest/checksum.ts";
import type { PeerPlaces } from "../../foundation/network-policy/manifests.ts";
import type { CacheConnection } from "../../platform/cache/contract.ts";
import type { DatabaseConnection } from "../../platform/database/contract.ts";
import type { OwnServers } from "../../platform/database/plan.ts";
import type { Identity } from "../../platform/identity/plan.ts";
import type { Mail } from "../../platform/mail/plan.ts";
import { type App, appList, pinnedApps } from "./apps.ts";
import type { NextcloudPlan } from "./plan.ts";

/** Everything that decides what a Nextcloud is made of. */
export interface NextcloudSpec extends Omit<NextcloudPlan, keyof OwnServers> {
  /** Relay for outgoing mail; undefined if none is sent. */
  mail: Mail | undefined;
  /** Provider with which people log in; undefined if Nextcloud has its own accounts. */
  identity: Identity | undefined;
  /** Address ranges in which other communes are found. */
  peers: PeerPlaces;
  /** Its database. */
  database: DatabaseConnection;
  /** Its cache, for locks, sessions and cached values. */
  cache: CacheConnection;
  /** Labels that the secrets are derived from: raising a version restarts the pods. */
  secretLabels: readonly string[];
}

/** Every app that the service runs with: those declared, and what the identity provider and the office server need. */
export function appsOf({
  apps,
  identity,
  office,
}: Pick<NextcloudSpec, "apps" | "identity" | "office">): readonly App[] {
  return [
    ...apps,
    ...(identity === undefined ? [] : (["user_oidc"] as const)),
    ...(office === undefined ? [] : (["richdocuments"] as const)),
  ];
}

/** Returns the release that the code of a pod is of: the version, and the apps beside it. */
export function releaseOf(spec: NextcloudSpec): string {
  const apps = appList(pinnedApps(spec.version, appsOf(spec), spec.appMirror));
  return `${spec.version}-${sha256(apps).slice(0, 8)}`;
}
