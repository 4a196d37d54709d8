import type { Agent } from "undici";
import { Kubectl } from "../../../scripts/kubectl.ts";
import { agentFor } from "../../../scripts/look/doorway.ts";
import type { Outputs } from "../../../scripts/stack.ts";
import { writersFor } from "../kill-pods/everyone.ts";
import { Traffic } from "../kill-pods/traffic.ts";
import type { ServiceName } from "../kill-pods/writers.ts";
import type { Site } from "./sites.ts";

/** A move as those saw it who were using the services. */
export interface Noticed {
  /** From the first write that was refused until the first that was taken again, seconds. */
  shutOut: Partial<Record<ServiceName, number>>;
  acknowledged: Record<ServiceName, number>;
  /** Acknowledged writes that are not there, with what is wrong. */
  lost: string[];
}

/** People who upload files, post and publish videos through the doors of whichever site the names lead to. */
export class People {
  private readonly ways: Agent[] = [];
  private way: Agent;
  private traffic: Traffic | undefined;
  private began = 0;

  constructor(private readonly site: Site) {
    this.way = this.wayTo(site);
  }

  /** Begins to write to a commune. */
  async write(commune: string, outputs: Outputs): Promise<void> {
    const kubectl = new Kubectl(this.site.cluster.environment);
    this.traffic = new Traffic(await writersFor({ commune, kubectl, outputs, dispatcher: () => this.way }));
    await this.settled();
  }

  /** Names lead to another site from now on. */
  follow(site: Site): void {
    this.way = this.wayTo(site);
  }

  /** Returns when everybody's writes are taken; what is shut out is counted from then on. */
  async begun(): Promise<void> {
    await this.settled();
    this.began = Date.now();
  }

  /** Returns when everybody's writes are taken. */
  async settled(): Promise<void> {
    await this.traffic?.settled(Date.now(), 300);
  }

  /** Reads everything back that was acknowledged. */
  async end(): Promise<Noticed> {
    if (this.traffic === undefined) throw new Error("nobody has begun");
    await this.traffic.stop();
    const { interrupted } = this.traffic.since(this.began);
    return {
      ...{ shutOut: interrupted, acknowledged: this.traffic.acknowledged() },
      lost: await this.traffic.lost(),
    };
  }

  async close(): Promise<void> {
    await this.traffic?.stop();
    await Promise.all(this.ways.map((way) => way.close()));
  }

  private wayTo({ doorway }: Site): Agent {
    const way = agentFor(doorway);
    this.ways.push(way);
    return way;
  }
}
