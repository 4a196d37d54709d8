import type { CacheConnection } from "../cache/contract.ts";
import type { DatabaseConnection } from "../database/contract.ts";
import type { Mail } from "../mail/mail.ts";
import { labelsOf, namespaceOf, type Workload } from "../manifest/labels.ts";
import type { Metadata } from "../manifest/manifest.ts";
import { podFloor } from "../manifest/security.ts";
import type { PeerPlaces } from "../network-policy/manifests.ts";
import type { PeertubePlan } from "./plan.ts";

/** Everything that decides what a PeerTube is made of. */
export interface PeertubeSpec extends PeertubePlan {
  database: DatabaseConnection;
  cache: CacheConnection;
  mail: Mail | undefined;
  peers: PeerPlaces;
  /** Labels that the secrets are derived from: raising a version restarts the server. */
  secretLabels: readonly string[];
}

/** Port of the server in its pod: only nginx beside it and the kubelet can reach it. */
export const serverPort = 9000;

/** Port on which cameras send live streams, RTMP. */
export const rtmpPort = 1935;

/** Where the volume is mounted. Source: PeerTube, support/docker/production/Dockerfile. */
export const dataFolder = "/data";

/** User of the official image; nginx runs as the same user to read its files. Source: the same Dockerfile. */
const uid = 999;

/** The pod that answers requests: PeerTube is one process for pages, jobs and schedules. */
export function serverWorkload(commune: string): Workload {
  return {
    commune,
    service: "peertube",
    component: "web",
    software: "peertube",
    data: "accounts.videos.comments",
  };
}

/** The pods that run the scripts of an upgrade. */
export function scriptsWorkload(commune: string): Workload {
  return { ...serverWorkload(commune), component: "scripts" };
}

/** The pods that install plugins. They hold nothing. */
export function pluginsWorkload(commune: string): Workload {
  return { ...serverWorkload(commune), component: "plugins", data: "none" };
}

/** Name, place and labels of an object of the server. */
export function metadata({ commune }: Pick<PeertubeSpec, "commune">, name: string): Metadata {
  const workload = serverWorkload(commune);
  return { name, namespace: namespaceOf(workload), labels: labelsOf(workload) };
}

/**
 * What somebody who finds a failed Job must do: it never runs again by itself.
 *
 * @param state what holds meanwhile.
 */
export function whenItFails(workload: Workload, job: string, state: string): Record<string, string> {
  const kubectl = `kubectl -n ${namespaceOf(workload)}`;
  return {
    "commune.cloud/when-it-fails": `${state} Read why: ${kubectl} logs job/${job}. Mend it, then: ${kubectl} delete job/${job}, and pulumi up --refresh.`,
  };
}

/** What all pods of the service have in common. */
export const podSpec = podFloor(uid);
