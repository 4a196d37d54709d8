import type { NetworkPolicy } from "../manifest/manifest.ts";
import { allowToInternet, allowToOutside, allowToPeers } from "../network-policy/manifests.ts";
import { appsOf, cronWorkload, type NextcloudSpec, webWorkload } from "./spec.ts";

/**
 * What the service may reach outside the cluster: apps from the pods that run background jobs, never from those
 * that answer the public; mail and the office server from both; the identity provider from where people log in.
 */
export function outsideOpenings(spec: NextcloudSpec): NetworkPolicy[] {
  const [web, cron] = [webWorkload(spec.commune), cronWorkload(spec.commune)];
  const { mail, identity, office } = spec;
  const apps = appsOf(spec);
  return [
    ...(apps.length > 0 ? [openingToApps(spec)] : []),
    // Shares are offered and read by the pods that serve; secrets and directories are exchanged by jobs.
    ...(spec.sharing.documents ? [allowToPeers([web, cron], spec.peers)] : []),
    ...(mail ? [allowToOutside([web, cron], "mail", mail.port)] : []),
    ...(identity ? [allowToOutside([web], "identity", portOf(identity.issuer))] : []),
    // The server is asked what it can do, each hour by a job too.
    ...(office ? [allowToOutside([web, cron], "office", portOf(office.server))] : []),
  ];
}

/** Archives come from the developers' places on the Internet, or from a mirror, which may be anywhere. */
function openingToApps({ commune, appMirror }: NextcloudSpec): NetworkPolicy {
  const cron = cronWorkload(commune);
  return appMirror === undefined
    ? allowToInternet([cron], "apps")
    : allowToOutside([cron], "apps", portOf(appMirror));
}

function portOf(address: string): number {
  const { port, protocol } = new URL(address);
  return port === "" ? (protocol === "http:" ? 80 : 443) : Number(port);
}
