/** Fields of every object that is marked here. */
export interface Marked {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    deletionTimestamp?: string;
    finalizers?: string[];
  };
}

/** A pod, as far as the double looks at it. */
export interface Pod extends Marked {
  metadata: Marked["metadata"] & { labels?: Record<string, string> };
  spec: {
    nodeName?: string;
    restartPolicy: string;
    containers: { name: string; image: string; command?: string[] }[];
  };
  status: { phase: string };
}

export interface Claim extends Marked {
  spec: {
    accessModes: string[];
    storageClassName?: string;
    volumeName?: string;
    resources: { requests: { storage: string } };
  };
}

export interface Volume {
  metadata: { name: string };
  spec: { claimRef?: { namespace: string } };
  status: { phase: string };
}

export interface Ingress extends Marked {
  status: { loadBalancer?: { ingress?: object[] } };
}

/** Fate of a pod: it runs and is ready, comes to its end, fails, or waits and is never marked. */
export type Fate = "runs" | "ends" | "fails" | "waits";

/** Keeps a pod that is deleted until it has ended. */
const ending = "double.test/ending";

/** The finalizers of a pod that takes some time to end. */
export const toEnd = ({ metadata: { finalizers = [] } }: Pod): string[] => [...finalizers, ending];

/** The finalizers of a pod that has ended; undefined if it never took any time. */
export function toGo({ metadata: { finalizers = [] } }: Pod): string[] | undefined {
  return finalizers.includes(ending) ? finalizers.filter((name) => name !== ending) : undefined;
}

/** Fate of pods without a fault: those that may end do so at once. */
export const usual = ({ spec }: Pod): Fate => (spec.restartPolicy === "Always" ? "runs" : "ends");

const phases = { runs: "Running", ends: "Succeeded", fails: "Failed" } as const;

/** Status that a kubelet would give a pod. */
export function podStatus({ spec }: Pod, fate: Exclude<Fate, "waits">, address: string, now: string): object {
  const ready = fate === "runs";
  const ended = { startedAt: now, finishedAt: now };
  const state = {
    runs: { running: { startedAt: now } },
    ends: { terminated: { exitCode: 0, reason: "Completed", ...ended } },
    fails: { terminated: { exitCode: 1, reason: "Error", ...ended } },
  }[fate];
  const condition = (type: string, isTrue: boolean) => ({
    type,
    status: isTrue ? "True" : "False",
    lastTransitionTime: now,
  });
  return {
    phase: phases[fate],
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: now,
    conditions: [
      condition("PodScheduled", true),
      condition("Initialized", true),
      condition("ContainersReady", ready),
      condition("Ready", ready),
    ],
    containerStatuses: spec.containers.map(({ name, image }) => ({
      ...{ name, image, imageID: "", ready, started: ready, restartCount: 0 },
      state,
    })),
  };
}

/** The volume that a provisioner would make for a claim, and for no other. */
export function volumeFor({ metadata: { name, namespace, uid }, spec }: Claim): object {
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `pvc-${uid}` },
    spec: {
      accessModes: spec.accessModes,
      capacity: spec.resources.requests,
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid },
      csi: { driver: "double.test", volumeHandle: uid },
      persistentVolumeReclaimPolicy: "Retain",
      ...(spec.storageClassName !== undefined && { storageClassName: spec.storageClassName }),
    },
  };
}

/** Status with the address at which an ingress controller would say that it answers. */
export const ingressStatus = { loadBalancer: { ingress: [{ ip: "10.96.0.80" }] } };
