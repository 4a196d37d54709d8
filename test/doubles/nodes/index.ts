import { setTimeout as sleep } from "node:timers/promises";
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
  toEnd,
  toGo,
  usual,
  type Volume,
  volumeFor,
} from "./marks.ts";

export { type Fate, type Pod, usual } from "./marks.ts";

/** Behaviour of nodes. */
export interface Habits {
  /** Fate of each pod: those of Jobs come to their end and all others run, unless something else is said. */
  fate?: (pod: Pod) => Fate;
  /** Milliseconds that a pod that runs takes to end when it is deleted. */
  ending?: number;
}

/**
 * A double of what nodes do, for a control plane without any: it says of pods that they run, come to their end or fail,
 * as a kubelet would, makes volumes for claims, as a provisioner would, and says where an Ingress answers. Nothing runs.
 * Deployments, StatefulSets and Jobs are counted by Kubernetes' own controllers from there. Pods are on no node, so
 * that a Service has no endpoints.
 */
export class Nodes {
  private readonly client: Client;
  private readonly ended = new AbortController();
  private readonly waiting = new Map<string, Pod>();
  private readonly going: Promise<void>[];
  private readonly problems: unknown[] = [];
  private fate: (pod: Pod) => Fate;
  private readonly ending: number;
  private addresses = 0;

  private constructor(
    access: Access,
    private readonly isOurs: (namespace: string) => boolean,
    { fate = usual, ending = 0 }: Habits,
  ) {
    this.client = new Client(access);
    this.fate = fate;
    this.ending = ending;
    this.going = [
      this.each<Pod>("/api/v1/pods", this.ours(this.markPod)),
      this.each<Claim>("/api/v1/persistentvolumeclaims", this.ours(this.bind)),
      this.each<Volume>("/api/v1/persistentvolumes", this.release),
      this.each<Ingress>("/apis/networking.k8s.io/v1/ingresses", this.ours(this.answer)),
    ];
  }

  /** Begins to mark what is in namespaces of these names, and in those whose names begin with one of them and a hyphen. */
  static beside({ access }: { access: Access }, names: readonly string[], habits: Habits = {}): Nodes {
    const isOurs = (namespace: string) =>
      names.some((name) => namespace === name || namespace.startsWith(`${name}-`));
    return new Nodes(access, isOurs, habits);
  }

  /** From now on something else becomes of pods, those that wait among them. */
  async decide(fate: (pod: Pod) => Fate): Promise<void> {
    this.fate = fate;
    const pods = [...this.waiting.values()];
    this.waiting.clear();
    await Promise.all(pods.map((pod) => this.markPod(pod)));
  }

  /** Ends it. Throws the first mark that was refused. */
  async stop(): Promise<void> {
    this.ended.abort();
    await Promise.all(this.going);
    await this.client.close();
    if (this.problems.length > 0) throw this.problems[0];
  }

  private ours<T extends Marked>(mark: (object: T) => Promise<void>) {
    return async (object: T) => {
      if (this.isOurs(object.metadata.namespace)) await mark(object);
    };
  }

  private async each<T>(path: string, mark: (object: T) => Promise<void>): Promise<void> {
    try {
      for await (const object of this.client.watch<T>(path, this.ended.signal)) await mark(object);
    } catch (error) {
      this.problems.push(error);
    }
  }

  private readonly markPod = async (pod: Pod): Promise<void> => {
    const { name, namespace, uid, deletionTimestamp } = pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    if (deletionTimestamp !== undefined) {
      this.going.push(this.letGo(pod, path));
      return;
    }
    if (pod.status.phase !== "Pending") return;
    const fate = this.fate(pod);
    if (fate === "waits") {
      this.waiting.set(uid, pod);
      return;
    }
    if (this.ending > 0) await this.client.finalizers(path, uid, toEnd(pod));
    const number = ++this.addresses;
    const address = `10.244.${Math.floor(number / 256) % 256}.${number % 256}`;
    const now = `${new Date().toISOString().slice(0, 19)}Z`;
    await this.client.status(path, uid, podStatus(pod, fate, address, now));
  };

  /** A pod that has ended goes. */
  private async letGo(pod: Pod, path: string): Promise<void> {
    const finalizers = toGo(pod);
    if (finalizers === undefined) return;
    try {
      await sleep(this.ending);
      await this.client.finalizers(path, pod.metadata.uid, finalizers);
    } catch (error) {
      this.problems.push(error);
    }
  }

  private readonly bind = async (claim: Claim): Promise<void> => {
    if (claim.metadata.deletionTimestamp === undefined && claim.spec.volumeName === undefined)
      await this.client.create("/api/v1/persistentvolumes", volumeFor(claim));
  };

  /** A volume goes after its claim. */
  private readonly release = async ({ metadata: { name }, spec, status }: Volume): Promise<void> => {
    if (status.phase === "Released" && spec.claimRef !== undefined && this.isOurs(spec.claimRef.namespace))
      await this.client.remove(`/api/v1/persistentvolumes/${name}`);
  };

  private readonly answer = async ({ metadata, status }: Ingress): Promise<void> => {
    if ((status.loadBalancer?.ingress ?? []).length > 0) return;
    const { name, namespace, uid } = metadata;
    const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${name}`;
    await this.client.status(path, uid, ingressStatus);
  };
}
