import type { NetworkPolicy } from "../manifest/manifest.ts";
import { allowToOutside } from "../network-policy/manifests.ts";
import { appsOf, cronWorkload, type NextcloudSpec, webWorkload } from "./spec.ts";

/**
 * What the service may reach outside the cluster: apps from the pods that run background jobs, never from those
 * that answer the public; mail from both; the identity provider from where people log in.
 */
export function outsideOpenings(spec: NextcloudSpec): NetworkPolicy[] {
  const [web, cron] = [webWorkload(spec.commune), cronWorkload(spec.commune)];
  const { mail, identity } = spec;
  const apps = appsOf(spec);
  return [
    ...(apps.length > 0 ? [allowToOutside(cron, "apps", portOf(archivesOf(spec)))] : []),
    ...(mail ? [web, cron].map((workload) => allowToOutside(workload, "mail", mail.port)) : []),
    ...(identity ? [allowToOutside(web, "identity", portOf(identity.issuer))] : []),
  ];
}

/** An address among those that the archives are fetched from; all have the same port. */
function archivesOf(spec: NextcloudSpec): string {
  return spec.appMirror ?? "https://github.com";
}

function portOf(address: string): number {
  const { port, protocol } = new URL(address);
  return port === "" ? (protocol === "http:" ? 80 : 443) : Number(port);
}
