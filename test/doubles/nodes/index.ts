import type { Access } from "../../../local/cluster/api.ts";
import { Client } from "./client.ts";
import {
  type Claim,
  type Fate,
  type Ingress,
  ingressStatus,
  type Marked,
  type Pod,
  podStatus,
  usual,
  type Volume,
  volumeFor,
} from "./marks.ts";

export { type Fate, type Pod, usual } from "./marks.ts";

/**
 * A double of what nodes do, for a control plane without any: it says of pods that they run, come to their end or fail,
 * as a kubelet would, makes volumes for claims, as a provisioner would, and says where an Ingress answers. Nothing runs.
 * Deployments, StatefulSets and Jobs are counted by Kubernetes' own controllers from there. Pods are on no node, so
 * that they are gone as soon as they are deleted, and a Service has no endpoints.
 */
export class Nodes {
  private readonly client: Client;
  private readonly ended = new AbortController();
  private readonly waiting = new Map<string, Pod>();
  private readonly following: Promise<void>;
  private addresses = 0;

  private constructor(
    access: Access,
    private readonly isOurs: (namespace: string) => boolean,
    private fate: (pod: Pod) => Fate,
  ) {
    this.client = new Client(access);
    this.following = this.follow();
    // It is told by `stop`; until then it must not end the process.
    this.following.catch(() => undefined);
  }

  /**
   * Begins to mark what is in namespaces of these names, and in those whose names begin with one of them and a hyphen.
   *
   * @param fate what becomes of each pod.
   */
  static beside({ access }: { access: Access }, names: readonly string[], fate = usual): Nodes {
    const isOurs = (namespace: string) =>
      names.some((name) => namespace === name || namespace.startsWith(`${name}-`));
    return new Nodes(access, isOurs, fate);
  }

  /** From now on something else becomes of pods, those that wait among them. */
  async decide(fate: (pod: Pod) => Fate): Promise<void> {
    this.fate = fate;
    const pods = [...this.waiting.values()];
    this.waiting.clear();
    await Promise.all(pods.map((pod) => this.markPod(pod)));
  }

  /** Ends it. Throws where a mark was refused. */
  async stop(): Promise<void> {
    this.ended.abort();
    try {
      await this.following;
    } finally {
      await this.client.close();
    }
  }

  private async follow(): Promise<void> {
    const ours =
      <T extends Marked>(mark: (object: T) => Promise<void>) =>
      async (object: T) => {
        const { namespace, deletionTimestamp } = object.metadata;
        if (this.isOurs(namespace) && deletionTimestamp === undefined) await mark(object);
      };
    await Promise.all([
      this.each<Pod>(
        "/api/v1/pods",
        ours((pod) => this.markPod(pod)),
      ),
      this.each<Claim>(
        "/api/v1/persistentvolumeclaims",
        ours((claim) => this.bind(claim)),
      ),
      this.each<Volume>("/api/v1/persistentvolumes", (volume) => this.release(volume)),
      this.each<Ingress>(
        "/apis/networking.k8s.io/v1/ingresses",
        ours((ingress) => this.answer(ingress)),
      ),
    ]);
  }

  private async each<T>(path: string, mark: (object: T) => Promise<void>): Promise<void> {
    for await (const object of this.client.watch<T>(path, this.ended.signal)) await mark(object);
  }

  private async markPod(pod: Pod): Promise<void> {
    if (pod.status.phase !== "Pending") return;
    const { name, namespace, uid } = pod.metadata;
    const fate = this.fate(pod);
    if (fate === "waits") {
      this.waiting.set(uid, pod);
      return;
    }
    const number = ++this.addresses;
    const address = `10.244.${Math.floor(number / 256) % 256}.${number % 256}`;
    const now = `${new Date().toISOString().slice(0, 19)}Z`;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    await this.client.status(path, uid, podStatus(pod, fate, address, now));
  }

  private async bind(claim: Claim): Promise<void> {
    if (claim.spec.volumeName === undefined)
      await this.client.create("/api/v1/persistentvolumes", volumeFor(claim));
  }

  /** A volume goes after its claim. */
  private async release({
    metadata: { name },
    spec: { claimRef },
    status: { phase },
  }: Volume): Promise<void> {
    if (phase === "Released" && claimRef !== undefined && this.isOurs(claimRef.namespace))
      await this.client.remove(`/api/v1/persistentvolumes/${name}`);
  }

  private async answer({ metadata: { name, namespace, uid }, status }: Ingress): Promise<void> {
    if ((status.loadBalancer?.ingress ?? []).length > 0) return;
    const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${name}`;
    await this.client.status(path, uid, ingressStatus);
  }
}
