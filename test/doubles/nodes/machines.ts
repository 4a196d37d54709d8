import { setTimeout as sleep } from "node:timers/promises";
import type { Access } from "../../../local/cluster/api.ts";
import { Client } from "./client.ts";

/** Capacity of a machine that a scheduler counts with. */
export interface Machine {
  processors: number;
  gibibytes: number;
  pods: number;
}

const leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
/** Milliseconds between two renewals of a lease; kubelets have the same. */
const renewalMs = 10_000;

/**
 * A double of machines: Nodes of one capacity, Ready for as long as this renews their leases. A scheduler places pods on
 * them, and nothing runs.
 */
export class Machines {
  private readonly ended = new AbortController();
  private readonly renewing: Promise<void>;

  private constructor(
    private readonly client: Client,
    readonly names: readonly string[],
  ) {
    this.renewing = this.renew();
  }

  /** Makes so many. */
  static async add({ access }: { access: Access }, count: number, machine: Machine): Promise<Machines> {
    const client = new Client(access);
    const names = Array.from({ length: count }, (_, index) => `machine-${index + 1}`);
    for (const name of names) {
      await client.create("/api/v1/nodes", nodeOf(name, machine));
      await client.create(leases, leaseOf(name));
    }
    return new Machines(client, names);
  }

  /** Ends it; Kubernetes misses the machines some 50 s later. Throws if a lease could not be renewed. */
  async stop(): Promise<void> {
    this.ended.abort();
    try {
      await this.renewing;
    } finally {
      await this.client.close();
    }
  }

  private async renew(): Promise<void> {
    const { signal } = this.ended;
    while (!signal.aborted) {
      await sleep(renewalMs, undefined, { signal }).catch(() => undefined);
      for (const name of this.names)
        await this.client.change(`${leases}/${name}`, { spec: { renewTime: now() } });
    }
  }
}

/** Kubernetes reads times of leases with six digits of a second, and no others. */
const now = () => new Date().toISOString().replace("Z", "000Z");

const leaseOf = (name: string) => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name },
  spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: now() },
});

function nodeOf(name: string, { processors, gibibytes, pods }: Machine): object {
  const capacity = { cpu: String(processors), memory: `${gibibytes}Gi`, pods: String(pods) };
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  const times = { lastHeartbeatTime: at, lastTransitionTime: at };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
      },
    },
    status: {
      capacity,
      allocatable: capacity,
      conditions: [{ type: "Ready", status: "True", reason: "KubeletReady", ...times }],
    },
  };
}
