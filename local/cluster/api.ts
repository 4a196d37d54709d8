import { execa } from "execa";
import { Agent, request } from "undici";
import type { AddonWorkload, KubernetesObject } from "./addons/index.ts";

interface Condition {
  type: string;
  status: string;
  lastHeartbeatTime?: string;
}

interface Pod {
  metadata: { deletionTimestamp?: string };
  status: {
    conditions?: Condition[];
    containerStatuses?: { ready: boolean; state: { running?: { startedAt: string } } }[];
  };
}

interface Deployment {
  metadata: { generation: number };
  spec: { replicas: number };
  status: { observedGeneration?: number; updatedReplicas?: number; replicas?: number };
}

interface Node {
  spec: { unschedulable?: boolean };
  status: { conditions?: Condition[] };
}

/** Access to an API server: its address, and PEM texts of its authority and of the caller. */
export interface Access {
  server: string;
  authority: Buffer;
  certificate: Buffer;
  key: Buffer;
}

/** The few questions that bringing a cluster up asks its API server. Objects are applied by kubectl. */
export class Api {
  private readonly access: Access;
  private readonly agent: Agent;

  constructor(access: Access) {
    this.access = access;
    const { authority: ca, certificate: cert, key } = access;
    this.agent = new Agent({
      connect: { ca, cert, key, timeout: 2000 },
      headersTimeout: 5000,
      bodyTimeout: 5000,
    });
  }

  /** Closes the connections. */
  close(): Promise<void> {
    return this.agent.destroy();
  }

  /** True once the API server says it is ready; throws or undefined before. */
  async isReady(): Promise<true | undefined> {
    return (await this.text("/readyz")) === "ok" ? true : undefined;
  }

  /** True when the node has reported Ready after `since` (milliseconds of the epoch): an old report proves nothing. */
  async nodeIsReady(name: string, since: number): Promise<true | undefined> {
    const ready = readyOf(await this.node(name));
    const reported = Date.parse(ready?.lastHeartbeatTime ?? "");
    return ready?.status === "True" && reported >= since ? true : undefined;
  }

  /** True when the node is Ready and its kubelet has renewed its lease after `since`: it seldom reports more. */
  async nodeIsBack(name: string, since: number): Promise<true | undefined> {
    const lease = await this.get<{ spec: { renewTime?: string } }>(
      `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`,
    );
    if (Date.parse(lease.spec.renewTime ?? "") < since) return undefined;
    return readyOf(await this.node(name))?.status === "True" ? true : undefined;
  }

  /** What the control plane thinks of a node: whether it is Ready, and whether it takes new pods. */
  async nodeState(name: string): Promise<{ isReady: boolean; isCordoned: boolean }> {
    const node = await this.node(name);
    return { isReady: readyOf(node)?.status === "True", isCordoned: node.spec.unschedulable === true };
  }

  /** True when the workload is rolled out and its pods are ready and were started after `since`. */
  workloadIsReady({ namespace, name, pods }: AddonWorkload, since: number): Promise<true | undefined> {
    return pods === undefined
      ? this.deploymentIsReady(namespace, name, since)
      : this.podsAreReady(namespace, name, pods, since);
  }

  private async deploymentIsReady(namespace: string, name: string, since: number): Promise<true | undefined> {
    const deployment = await this.get<Deployment>(
      `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
    );
    const { replicas } = deployment.spec;
    const { observedGeneration, updatedReplicas, replicas: existing } = deployment.status;
    if (observedGeneration !== deployment.metadata.generation) return undefined;
    if (updatedReplicas !== replicas || existing !== replicas) return undefined;
    return this.podsAreReady(namespace, name, replicas, since);
  }

  private async podsAreReady(
    namespace: string,
    name: string,
    count: number,
    since: number,
  ): Promise<true | undefined> {
    const pods = await this.get<{ items: Pod[] }>(
      `/api/v1/namespaces/${namespace}/pods?labelSelector=app.kubernetes.io%2Fname%3D${name}`,
    );
    const ready = pods.items.filter((pod) => !pod.metadata.deletionTimestamp && isReadySince(pod, since));
    return ready.length >= count ? true : undefined;
  }

  private node(name: string): Promise<Node> {
    return this.get<Node>(`/api/v1/nodes/${name}`);
  }

  private async get<T>(path: string): Promise<T> {
    return JSON.parse(await this.text(path)) as T;
  }

  private async text(path: string): Promise<string> {
    const { statusCode, body } = await request(new URL(path, this.access.server), { dispatcher: this.agent });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`GET ${path} answers ${statusCode}`);
    return text;
  }
}

/** Creates or updates objects by server-side apply, as the owner `commune-local`. */
export async function apply(
  kubectl: string,
  kubeconfig: string,
  objects: readonly KubernetesObject[],
): Promise<void> {
  const flags = ["--server-side", "--force-conflicts", "--field-manager=commune-local"];
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  await execa(kubectl, [`--kubeconfig=${kubeconfig}`, "apply", ...flags, "-f", "-"], { input });
}

const readyOf = (node: Node): Condition | undefined =>
  node.status.conditions?.find(({ type }) => type === "Ready");

function isReadySince(pod: Pod, since: number): boolean {
  const ready =
    pod.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
  const containers = pod.status.containerStatuses ?? [];
  return ready && containers.every(({ state }) => Date.parse(state.running?.startedAt ?? "") >= since);
}
