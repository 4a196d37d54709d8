import type { Path } from "../declaration/position.ts";
import type { FieldProblem } from "../declaration/problem.ts";
import type { Deployment, Metadata, PodDisruptionBudget, StatefulSet } from "../manifest/manifest.ts";
import { isObject, type Json, podSpecOf } from "../manifest/pod-template.ts";

/** The choices of a declaration. */
export const availabilities = ["single", "node-loss"] as const;

/** Tolerance of a commune: of nothing, or of the loss of one node. */
export type Availability = (typeof availabilities)[number];

/** Availability of a commune, and of the services that declare their own, by name. */
export interface Availabilities {
  commune: Availability;
  services: Readonly<Record<string, Availability>>;
}

/**
 * Kinds of workloads, by what the loss of their node means to them:
 * - `repeated`: several pods serve the same, and share nothing on a node;
 * - `replaced`: one pod without a volume, which may run beside its successor for a moment;
 * - `exclusive`: one pod without a volume, which must never run beside another;
 * - `volume`: pods with a volume that one node mounts: servers of rows, queues, files;
 * - `job`: pods that run to an end.
 */
export type WorkloadKind = "repeated" | "replaced" | "exclusive" | "volume" | "job";

/** Additions to a workload, beside those of its builder. */
export interface Treatment {
  /** Fewest pods. */
  pods: number;
  /** Seconds for which a pod stays bound to a node that does not answer; undefined for Kubernetes' own 300. */
  boundSeconds: number | undefined;
  /** Whether the scheduler prefers another node for each pod. */
  isSpread: boolean;
  /** Most pods that a drain may evict at a time; undefined if it may evict all. */
  evictable: number | undefined;
}

const asItIs: Treatment = { pods: 1, boundSeconds: undefined, isSpread: false, evictable: undefined };

/** The one table of what each kind of workload gets. */
export const treatments: Readonly<Record<WorkloadKind, Readonly<Record<Availability, Treatment>>>> = {
  repeated: {
    single: asItIs,
    "node-loss": { pods: 2, boundSeconds: 30, isSpread: true, evictable: 1 },
  },
  replaced: { single: asItIs, "node-loss": { ...asItIs, boundSeconds: 30 } },
  // A node that is cut off goes on running its pods: the longer Kubernetes waits, the fewer cuts start a second one.
  exclusive: { single: asItIs, "node-loss": asItIs },
  volume: { single: asItIs, "node-loss": asItIs },
  // Another template is another Job, which would run again. The controller replaces pods of a lost node.
  job: { single: asItIs, "node-loss": asItIs },
};

/** Returns the kind of a workload, from what its object says; undefined for an object that starts no pods. */
export function kindOf(object: Json): WorkloadKind | undefined {
  const pod = podSpecOf(object);
  if (pod === undefined) return undefined;
  if (object.kind === "Job" || object.kind === "CronJob") return "job";
  const spec = isObject(object.spec) ? object.spec : {};
  if (spec.volumeClaimTemplates !== undefined || mountsClaim(pod)) return "volume";
  if (Number(spec.replicas ?? 1) > 1) return "repeated";
  const strategy = isObject(spec.strategy) ? spec.strategy.type : undefined;
  return strategy === "RollingUpdate" ? "replaced" : "exclusive";
}

function mountsClaim({ volumes }: Json): boolean {
  return (
    Array.isArray(volumes) &&
    volumes.some((volume: unknown) => isObject(volume) && volume.persistentVolumeClaim !== undefined)
  );
}

/** Returns the availability of a service: its own, or else the commune's. */
export function availabilityOf({ commune, services }: Availabilities, service: string): Availability {
  return services[service] ?? commune;
}

/** Returns the treatment of a workload of a commune; associations' applications, and other objects, get none. */
export function treatmentOf(object: Json, availabilities: Availabilities): Treatment | undefined {
  const kind = kindOf(object);
  const labels = labelsIn(object);
  if (kind === undefined || labels["commune.cloud/tenant"] !== undefined) return undefined;
  return treatments[kind][availabilityOf(availabilities, String(labels["commune.cloud/service"]))];
}

function labelsIn({ metadata }: Json): Json {
  return isObject(metadata) && isObject(metadata.labels) ? metadata.labels : {};
}

/** Returns the budgets of workloads: how many of their pods a drain may evict at a time. */
export function disruptionBudgets(
  workloads: readonly (Deployment | StatefulSet)[],
  mode: Availability,
): PodDisruptionBudget[] {
  return workloads.flatMap((workload) => {
    const { evictable } = treatmentOf({ ...workload }, { commune: mode, services: {} }) ?? asItIs;
    if (evictable === undefined) return [];
    const { metadata, spec } = workload;
    // Otherwise two pods that are not ready, because their database does not answer, would block the drain of a node.
    const unready = { unhealthyPodEvictionPolicy: "AlwaysAllow" };
    return [
      { ...budget(metadata), spec: { maxUnavailable: evictable, ...unready, selector: spec.selector } },
    ];
  });
}

function budget({ name, namespace, labels }: Metadata): Omit<PodDisruptionBudget, "spec"> {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name, ...(namespace !== undefined && { namespace }), labels },
  };
}

/** First minor version of Kubernetes whose budgets let pods that are not ready be evicted without a feature gate. */
export const oldestMinor = 27;

/** Fewest nodes for which `node-loss` is accepted: with two, one is left, which has to be large enough for all. */
export const fewestNodes = 3;

/**
 * Finds fields that ask for more than a cluster has: nothing is spread over nodes that are not there.
 *
 * @param servers fields of database servers that declare their own, each with the service whose own counts otherwise.
 * @param nodes that may run pods, as the stack's settings count them.
 */
export function nodeProblems(
  { commune, services }: Availabilities,
  servers: readonly { field: Path; service: string | undefined }[],
  nodes: number,
): FieldProblem[] {
  if (nodes >= fewestNodes) return [];
  const message = `"node-loss" needs ${fewestNodes} nodes that may run pods, and commune:nodes is ${nodes}. Write "single" or omit it, or count the nodes: npx commune site check, which prints the setting.`;
  const isTold = (service: string) => services[service] === "node-loss";
  const own = Object.keys(services).filter(isTold);
  const others = servers.filter(({ service }) => service === undefined || !isTold(service));
  const fields: Path[] =
    commune === "node-loss"
      ? [[]]
      : [...own.map((service) => [service]), ...others.map(({ field }) => field)];
  return fields.map((section) => ({ field: [...section, "availability"], message }));
}
