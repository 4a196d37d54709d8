import { Command } from "commander";
import { whenItFailsKey } from "../components/foundation/manifest/job.ts";
import { contextHelp, kubectlAt, reachOf } from "./reach.ts";

/** One workload of a commune. */
export interface WorkloadStatus {
  service: string;
  name: string;
  kind: string;
  ready: boolean;
  /** What it is waiting for, or what it last did. */
  state: string;
}

/** A commune as its cluster sees it. */
export interface CommuneStatus {
  commune: string;
  ready: boolean;
  workloads: WorkloadStatus[];
  /** Jobs that gave up, and what to do about each. */
  failed: { name: string; reason: string; step: string }[];
  addresses: string[];
}

/** The parts of Kubernetes objects that a status is read from. */
export interface Listed {
  items: {
    kind: string;
    metadata: {
      name: string;
      namespace?: string;
      labels?: Record<string, string>;
      annotations?: Record<string, string>;
    };
    spec: {
      replicas?: number;
      schedule?: string;
      suspend?: boolean;
      rules?: { host?: string; http?: { paths: { path?: string }[] } }[];
    };
    status?: {
      readyReplicas?: number;
      lastSuccessfulTime?: string;
      conditions?: { type: string; status: string; reason?: string }[];
    };
  }[];
}

/** Reads a commune's status from what the cluster lists. */
export function statusOf(commune: string, { items }: Listed): CommuneStatus {
  const workloads = items
    .filter(({ kind }) => kind !== "Ingress" && kind !== "Job")
    .map(({ kind, metadata, spec, status = {} }): WorkloadStatus => {
      const service = metadata.labels?.["commune.cloud/service"] ?? "";
      const common = { service, name: metadata.name, kind };
      if (kind === "CronJob") {
        const last = status.lastSuccessfulTime;
        return {
          ...common,
          ready: true,
          state: last
            ? `last ran ${last}`
            : spec.suspend
              ? "runs when it is asked to"
              : `not run yet (${spec.schedule})`,
        };
      }
      const [have, want] = [status.readyReplicas ?? 0, spec.replicas ?? 1];
      return { ...common, ready: have >= want, state: `${have} of ${want} ready` };
    });
  const addresses = items
    .filter(({ kind }) => kind === "Ingress")
    .flatMap(({ spec }) =>
      (spec.rules ?? []).flatMap(({ host, http }) =>
        host ? [`https://${host}${startOf(http?.paths[0]?.path)}`] : [],
      ),
    );
  return {
    commune,
    ready: workloads.length > 0 && workloads.every(({ ready }) => ready),
    workloads,
    failed: items.flatMap((item) => failedJob(commune, item)),
    addresses,
  };
}

/** What to do about a Job that gave up; those that a schedule makes come again by themselves. */
function failedJob(
  commune: string,
  { kind, metadata, status }: Listed["items"][number],
): CommuneStatus["failed"] {
  const { name, namespace, annotations = {} } = metadata;
  const failed = status?.conditions?.find(
    (condition) => condition.type === "Failed" && condition.status === "True",
  );
  if (
    kind !== "Job" ||
    failed === undefined ||
    annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"]
  )
    return [];
  const step =
    annotations[whenItFailsKey] ??
    `Read why: kubectl -n ${namespace} logs job/${name}. Mend it, then: npx pulumi up -s ${commune}`;
  return [{ name, reason: failed.reason ?? "Failed", step }];
}

/** Where a reader begins: nothing for the start page. */
function startOf(path: string | undefined): string {
  return path === undefined || path === "/" ? "" : path;
}

/** A status as a table. */
export function statusText({ commune, ready, workloads, failed, addresses }: CommuneStatus): string {
  if (workloads.length === 0) {
    return `${commune} runs nothing on this cluster. Bring it up with: npx pulumi up -s ${commune}`;
  }
  const widthOf = (of: (workload: WorkloadStatus) => string) =>
    Math.max(...workloads.map((workload) => of(workload).length)) + 2;
  const [services, names] = [widthOf(({ service }) => service), widthOf(({ name }) => name)];
  return [
    `${commune} is ${ready ? "Ready" : "not Ready"}.`,
    ...workloads.map(
      ({ service, name, kind, state }) =>
        `  ${service.padEnd(services)}${name.padEnd(names)}${kind.padEnd(13)}${state}`,
    ),
    ...failed.flatMap(({ name, reason, step }) => [`  ${name} gave up (${reason}).`, `    ${step}`]),
    ...addresses.map((address) => `  ${address}`),
  ].join("\n");
}

/** `commune status <id>`: what runs for a commune. */
export function statusCommand(): Command {
  return new Command("status")
    .description("Say what runs for a commune and whether it is ready.")
    .argument("<commune>", "id of the commune")
    .option("--context <name>", contextHelp)
    .option("--json", "print the status as JSON")
    .action(async (commune: string, { context, json }: { context?: string; json?: true }) => {
      const listed = await kubectlAt(reachOf(commune, context)).json([
        "get",
        "statefulsets,deployments,cronjobs,jobs,ingresses",
        "--all-namespaces",
        `--selector=commune.cloud/commune=${commune}`,
      ]);
      const status = statusOf(commune, listed as Listed);
      console.log(json ? JSON.stringify(status, null, 2) : statusText(status));
      if (!status.ready) process.exitCode = 1;
    });
}
