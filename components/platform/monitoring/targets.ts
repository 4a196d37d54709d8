import { namespaceOf } from "../../foundation/manifest/labels.ts";
import type { PublicHost } from "../../foundation/part/part.ts";
import type {
  AnswersConnections,
  ProvidesMetrics,
  Watched,
  WatchedBucket,
} from "../../foundation/part/watched.ts";
import type { RunningVersion } from "./versions.ts";
import { serviceNameOf } from "./workloads.ts";

/** Watched items: pods, the public names, buckets outside the cluster, and versions. */
export interface Targets {
  watched: readonly Watched[];
  sites: readonly PublicHost[];
  buckets: readonly WatchedBucket[];
  /** Asked by who watches alone: a file is read for it. */
  versions: () => readonly RunningVersion[];
}

/** Address of what is watched: host and port. */
export function addressOf(watched: Watched): string {
  return `${serviceNameOf(watched)}.${namespaceOf(watched.workload)}.svc:${watched.port}`;
}

/** Labels that every alert reads: whose it is, and of what. */
export function labelsOf(commune: string, { workload }: Pick<Watched, "workload">) {
  const { service, component, software } = workload;
  return { commune, service, component, software };
}

export function metricsOf({ watched }: Targets): ProvidesMetrics[] {
  return watched.flatMap((each) => (each.by === "metrics" ? [each] : []));
}

function connectionsOf({ watched }: Targets): AnswersConnections[] {
  return watched.flatMap((each) => (each.by === "connection" ? [each] : []));
}

/** The address of a public name that is looked at. */
function siteAddress({ host, path }: PublicHost): string {
  return `https://${host}${path === "" ? "/" : path}`;
}

/** A target as Prometheus reads it. */
export interface Target {
  targets: string[];
  labels: Record<string, string>;
}

/** Servers that are connected to: each with the prober's module for its protocol. */
export function connectionTargets(commune: string, targets: Targets): Target[] {
  return connectionsOf(targets).map((each) => ({
    targets: [addressOf(each)],
    labels: { ...labelsOf(commune, each), kind: each.kind, __param_module: each.protocol },
  }));
}

/** Public names that are asked for. */
export function siteTargets(commune: string, { sites }: Targets): Target[] {
  return sites.map((site) => ({
    targets: [siteAddress(site)],
    labels: { commune, service: site.service, host: site.host, __param_module: "site" },
  }));
}

/** Address of a bucket, as a reader without keys asks for it. */
function bucketAddress({ endpoint, bucket, addressing }: WatchedBucket): string {
  if (addressing === "path") return `${endpoint}/${bucket}`;
  const { protocol, host } = new URL(endpoint);
  return `${protocol}//${bucket}.${host}/`;
}

/** Buckets that are asked for: one that several services share is asked once. */
export function bucketTargets(commune: string, { buckets }: Targets): Target[] {
  const found = new Map<string, { bucket: string; services: string[] }>();
  for (const each of buckets) {
    const known = found.get(bucketAddress(each));
    if (known) known.services.push(each.service);
    else found.set(bucketAddress(each), { bucket: each.bucket, services: [each.service] });
  }
  return [...found].map(([address, { bucket, services }]) => ({
    targets: [address],
    labels: { commune, bucket, services: services.join(", "), __param_module: "bucket" },
  }));
}

/** Pods with metrics, by job. What has the same job has the same path. */
export function metricsTargets(
  commune: string,
  targets: Targets,
): { job: string; path: string; targets: Target[] }[] {
  const all = metricsOf(targets);
  const paths = new Map(all.map(({ job, path }) => [job, path]));
  return [...paths].map(([job, path]) => ({
    ...{ job, path },
    targets: all
      .filter((each) => each.job === job)
      .map((each) => ({ targets: [addressOf(each)], labels: labelsOf(commune, each) })),
  }));
}
