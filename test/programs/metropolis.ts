import {
  type DescribedService,
  type Descriptor,
  descriptorAddress,
} from "../../components/federation/descriptor.ts";
import type { SaidHead } from "../../components/federation/memory.ts";
import type { PointHeads } from "../../components/federation/points.ts";
import { withProof } from "../../components/federation/proof.ts";
import type { DeclaredLink, ReconcilerSettings } from "../../components/federation/settings.ts";
import type { FederationStatus } from "../../components/federation/status.ts";
import type { Observed } from "../../components/services/link.ts";
import { type LinkedKind, linkedKinds } from "../../components/services/list.ts";
import { OwnDescriptor } from "../../programs/federation/own.ts";
import { Peers } from "../../programs/federation/peers.ts";
import { reconcile } from "../../programs/federation/reconcile.ts";
import type { Service } from "../../programs/federation/service.ts";

/** A run that was cut short where it stood. */
export class Killed extends Error {}

/**
 * A double of a commune's service: follows as PeerTube has them, where a follow of a server that is down leaves
 * nothing, an undo that does not arrive leaves the follower's row, and a follower that is thrown out is rejected.
 */
class FollowingService implements Service {
  readonly following = new Map<string, "accepted" | "rejected">();
  readonly followers = new Set<string>();
  readonly noun = "service";
  /** Whether its own reconciler cannot reach it. */
  isDown = false;

  constructor(
    readonly kind: LinkedKind,
    private readonly own: SimulatedCommune,
    private readonly world: Metropolis,
  ) {}

  get host(): string {
    return `${this.kind}.${this.own.domain}`;
  }

  targetOf({ url }: DescribedService): string {
    return new URL(url).host;
  }

  async observe(targets: readonly string[]): Promise<Map<string, Observed>> {
    if (this.isDown) throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
    return new Map(
      targets.map((target) => [
        target,
        { outgoing: this.following.get(target) ?? "none", incoming: this.followers.has(target) },
      ]),
    );
  }

  async open(target: string, { outgoing }: Observed): Promise<void> {
    this.world.mayKill();
    if (outgoing === "rejected") this.following.delete(target);
    const peer = this.world.serviceAt(target);
    if (peer === undefined) return;
    this.following.set(target, "accepted");
    peer.followers.add(this.host);
    this.world.mayKill();
  }

  async keep(): Promise<void> {}

  async close(target: string, { incoming }: Observed): Promise<void> {
    this.world.mayKill();
    const peer = this.world.serviceAt(target);
    if (this.following.delete(target)) peer?.followers.delete(this.host);
    this.world.mayKill();
    if (!incoming) return;
    this.followers.delete(target);
    if (peer?.following.has(this.host)) peer.following.set(this.host, "rejected");
  }
}

/** One commune: what it declares, what its cluster remembers, and its reconciler's program. */
export class SimulatedCommune {
  readonly domain: string;
  readonly services: FollowingService[];
  links: DeclaredLink[] = [];
  down = false;
  status: FederationStatus | undefined;
  key: Uint8Array;
  /** Minutes by which its clock is ahead. */
  ahead = 0;
  readonly log: string[] = [];
  /** Its log of approvals, as its stack tells its reconciler. */
  approvals: SaidHead | undefined;
  /** Its newest restore points, as its cluster tells its reconciler. */
  points: PointHeads = {};
  /** Returns what it says of itself instead of the truth, signed with its key. */
  lie: ((truth: Descriptor) => object) | undefined;
  private peers: Peers;
  descriptor: OwnDescriptor;

  constructor(
    readonly id: string,
    private readonly world: Metropolis,
    index: number,
  ) {
    this.domain = `${id}.test`;
    this.key = Buffer.alloc(32, index + 1);
    this.services = linkedKinds.map((kind) => new FollowingService(kind, this, world));
    this.peers = this.newPeers();
    this.descriptor = this.newDescriptor();
  }

  get clock(): Date {
    return new Date(this.world.now.getTime() + this.ahead * 60_000);
  }

  /** Returns what is answered at its domain. */
  published(): string {
    if (this.lie === undefined) return this.descriptor.text(this.clock);
    const address = descriptorAddress(this.domain);
    return JSON.stringify(
      withProof(this.lie(this.descriptor.describe(this.clock)), { key: this.key, address, now: this.clock }),
    );
  }

  /** Starts the program anew, as after a crash: only what is written down is left. */
  restart(): void {
    this.peers = this.newPeers();
    this.descriptor = this.newDescriptor();
  }

  /** Whether all services answered. */
  async run(): Promise<boolean> {
    const { complete, status } = await reconcile({
      id: this.id,
      domain: this.domain,
      objects: {
        links: async () => structuredClone(this.links),
        status: async () => structuredClone(this.status),
        save: async (status) => {
          this.world.mayKill();
          this.status = structuredClone(status);
        },
      },
      peers: this.peers,
      services: this.services,
      kinds: linkedKinds,
      now: () => this.world.now,
      declared: (links) => this.descriptor.declare(links),
      log: (line) => this.log.push(line),
    });
    this.descriptor.remember(status);
    return complete;
  }

  private newPeers(): Peers {
    return new Peers(
      async (address) => {
        const peer = this.world.communes.get(new URL(address).host.replace(/\.test$/, ""));
        if (peer === undefined || peer.down) {
          throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
        }
        return { status: 200, type: "", body: Buffer.from(peer.published()) };
      },
      () => 0.5,
    );
  }

  /** Settings that its stack gives its programs. */
  get settings(): ReconcilerSettings {
    return {
      id: this.id,
      name: this.id,
      insee: "69029",
      domain: this.domain,
      contact: `numerique@${this.domain}`,
      population: 1,
      namespace: "",
      periodSeconds: 60,
      redundancy: false,
      services: linkedKinds.map((kind) => ({
        kind,
        software: kind,
        version: "1.0.0",
        url: `https://${kind}.${this.domain}`,
        licence: "AGPL-3.0-or-later",
        source: "https://example.org",
        inside: "",
      })),
    };
  }

  private newDescriptor(): OwnDescriptor {
    const descriptor = new OwnDescriptor(this.settings, this.key, () => ({
      approvals: this.approvals,
      points: this.points,
    }));
    descriptor.declare(this.links);
    return descriptor;
  }
}

/** Communes that declare each other, in one process and one clock. */
export class Metropolis {
  readonly communes = new Map<string, SimulatedCommune>();
  now = new Date("2026-11-24T09:00:00Z");
  /** Decides at each dangerous place whether the run ends there. */
  kill: () => boolean = () => false;

  constructor(ids: readonly string[]) {
    for (const [index, id] of ids.entries()) this.communes.set(id, new SimulatedCommune(id, this, index));
  }

  at(id: string): SimulatedCommune {
    const commune = this.communes.get(id);
    if (commune === undefined) throw new Error(id);
    return commune;
  }

  mayKill(): void {
    if (this.kill()) throw new Killed();
  }

  serviceAt(host: string): FollowingService | undefined {
    for (const commune of this.communes.values()) {
      const found = commune.services.find((service) => service.host === host);
      if (found !== undefined) return commune.down ? undefined : found;
    }
    return undefined;
  }

  declare(from: string, to: string, services: readonly LinkedKind[] = linkedKinds, publicKey?: string): void {
    this.undeclare(from, to);
    const link = { peer: to, name: to, domain: `${to}.test`, publicKey, services: [...services] };
    this.at(from).links.push(link);
  }

  undeclare(from: string, to: string): void {
    const commune = this.at(from);
    commune.links = commune.links.filter(({ peer }) => peer !== to);
  }

  /** One run of every commune, some seconds apart. */
  async round(order = [...this.communes.keys()]): Promise<void> {
    for (const id of order) {
      const commune = this.at(id);
      this.now = new Date(this.now.getTime() + 20 * 60_000);
      if (!commune.down) await commune.run();
    }
  }

  /** Everything that is open now, as `service: one → other`. */
  open(): string[] {
    return [...this.communes.values()]
      .flatMap(({ services }) =>
        services.flatMap((service) => [
          ...[...service.following].map(([to, state]) => `${service.host} → ${to} ${state}`),
          ...[...service.followers].map((from) => `${service.host} ← ${from}`),
        ]),
      )
      .sort();
  }

  /** Everything that should be open by what both sides declare. */
  due(): string[] {
    const lines: string[] = [];
    for (const one of this.communes.values()) {
      for (const link of one.links) {
        const back = this.communes.get(link.peer)?.links.find(({ peer }) => peer === one.id);
        for (const kind of link.services.filter((service) => back?.services.includes(service))) {
          lines.push(`${kind}.${one.domain} → ${kind}.${link.domain} accepted`);
          lines.push(`${kind}.${one.domain} ← ${kind}.${link.domain}`);
        }
      }
    }
    return lines.sort();
  }
}
