import type { NetworkPolicy } from "../../foundation/manifest/manifest.ts";
import {
  allowToEndpoint,
  allowToInternet,
  allowToPeers,
  allowToServer,
} from "../../foundation/network-policy/manifests.ts";
import { allowToIdentity } from "../../platform/identity/network-policy.ts";
import type { Outside } from "../service.ts";
import type { NextcloudPlan } from "./plan.ts";
import { appsOf, type NextcloudSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/**
 * Returns the connections of Nextcloud out of the cluster: to apps from the pods that run background jobs, never from
 * those that answer the public; to mail, the office server and a bucket from both; to the identity provider from where
 * people log in.
 */
export function nextcloudNetworkPolicies(
  {
    commune,
    apps,
    appMirror,
    office,
    sharing,
    media,
  }: Pick<NextcloudPlan, "commune" | "apps" | "appMirror" | "office" | "sharing" | "media">,
  { mail, identity, peers }: Outside,
): NetworkPolicy[] {
  const [web, cron] = [workloadOf(commune, "web"), workloadOf(commune, "cron")];
  return [
    ...(appsOf({ apps, identity, office }).length > 0 ? [allowToApps({ commune, appMirror, peers })] : []),
    ...(media === undefined ? [] : [allowToEndpoint([web, cron], "objects", media.endpoint, peers)]),
    // Shares are offered and read by the pods that serve; secrets and directories are exchanged by jobs.
    ...(sharing.documents ? [allowToPeers([web, cron], peers)] : []),
    ...(mail ? [allowToServer([web, cron], "mail", mail.port)] : []),
    ...(identity ? [allowToIdentity([web], identity, peers)] : []),
    // The server is asked what it can do, each hour by a job too.
    ...(office ? [allowToEndpoint([web, cron], "office", office.server, peers)] : []),
  ];
}

/** Archives come from the developers' places on the Internet, or from a mirror, which may be anywhere. */
function allowToApps({
  commune,
  appMirror,
  peers,
}: Pick<NextcloudSpec, "commune" | "appMirror" | "peers">): NetworkPolicy {
  const cron = workloadOf(commune, "cron");
  return appMirror === undefined
    ? allowToInternet([cron], "apps", peers)
    : allowToEndpoint([cron], "apps", appMirror, peers);
}
