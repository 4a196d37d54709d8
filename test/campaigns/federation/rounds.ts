import fc from "fast-check";
import type { LinkedKind } from "../../../components/services/list.ts";
import { type Citizen, openLinks } from "../../cluster/federation/citizen.ts";
import type { Metropolis } from "../../cluster/federation/metropolis.ts";

/** The peers with which each commune federates in a round, as it declares. */
export type Declared = Record<string, string[]>;

/** A workload: its namespace's suffix and the component that its pods are labelled with. */
export type Workload = readonly [service: string, component: string];

/** One round: who declares whom, in which order stacks are brought up, and which pods are killed meanwhile. */
export interface Round {
  declared: Declared;
  order: string[];
  kills: { id: string; victim: Workload }[];
}

/** The longest that a round may take to get where it should be, seconds. */
const patience = 600;

/** Result of a round. */
export interface Outcome {
  /** Differences from what both sides declare; empty if there are none. */
  wrong: string[];
  /** The round in a line. */
  text: string;
}

/** Rounds drawn at random: the same for the same seed. */
export function drawRounds(
  ids: readonly string[],
  victims: readonly Workload[],
  { seed, count }: { seed: number; count: number },
): Round[] {
  const round = fc.record({
    declared: fc.record(
      Object.fromEntries(ids.map((id) => [id, fc.subarray(ids.filter((peer) => peer !== id))])),
    ),
    order: fc.shuffledSubarray([...ids], { minLength: ids.length }),
    kills: fc.array(fc.record({ id: fc.constantFrom(...ids), victim: fc.constantFrom(...victims) }), {
      minLength: 1,
      maxLength: 3,
    }),
  });
  return fc.sample(round, { seed, numRuns: count });
}

/**
 * Communes on a local cluster, declared, parted and linked again, brought up while pods are killed. After each
 * round every link must be shown as what both sides declare, and the services must trust and follow exactly those
 * that are linked, and nobody else.
 */
export class Rounds {
  /**
   * @param services that every commune has, as declared.
   * @param kinds what they link.
   * @param before what was declared and brought up already.
   */
  constructor(
    private readonly metropolis: Metropolis,
    private readonly citizen: Citizen,
    private readonly services: object,
    private readonly kinds: readonly LinkedKind[],
    private before: Declared = {},
  ) {}

  private get ids(): string[] {
    return this.metropolis.ids;
  }

  async play({ declared, order, kills }: Round): Promise<Outcome> {
    const began = Date.now();
    const killed: string[] = [];
    this.declare(declared);
    for (const [place, id] of order.entries()) {
      // What is declared as before has nothing to bring up.
      if (this.before[id]?.join() !== declared[id]?.join()) await this.metropolis.project.up(id);
      const kill = kills[place];
      if (kill === undefined) continue;
      await this.killPod(kill.id, kill.victim);
      killed.push(`${kill.id}'s ${kill.victim.join(" ")}`);
    }
    this.before = declared;
    const started = Date.now();
    const wrong = await this.settle(declared);
    const seconds = (from: number) => Math.round((Date.now() - from) / 1000);
    const pairs = this.ids.map((id) => `${id}: ${declared[id]?.join(", ") || "nobody"}`).join("; ");
    const end =
      wrong.length === 0
        ? `settled ${seconds(started)} s after the last up, ${seconds(began)} s in all`
        : `NOT SETTLED: ${wrong.join("; ")}`;
    return { wrong, text: `${pairs}; up: ${order.join(", ")}; killed: ${killed.join(", ")}; ${end}` };
  }

  /** Writes the declarations of every commune. */
  declare(declared: Declared): void {
    for (const id of this.ids) {
      const except = this.ids.filter((peer) => peer !== id && !declared[id]?.includes(peer));
      this.metropolis.declare(id, { with: "all", except, period: "10 seconds" }, this.services);
    }
  }

  /** Kills the pods of a workload at once, when there are any yet. */
  private async killPod(id: string, [service, component]: Workload): Promise<void> {
    await this.metropolis.kubectl(
      ...["-n", `${id}-${service}`, "delete", "pods", "--ignore-not-found", "--grace-period=0", "--force"],
      ...["--wait=false", `--selector=app.kubernetes.io/component=${component}`],
    );
  }

  /** Waits until everything is as declared; gives what is not. */
  private async settle(declared: Declared): Promise<string[]> {
    const end = Date.now() + patience * 1000;
    for (;;) {
      if (this.kinds.includes("documents")) {
        // A pod that was just killed runs none: the next turn does.
        await Promise.all(this.ids.map((id) => this.metropolis.runJobs(id).catch(() => undefined)));
      }
      const wrong = (await Promise.all(this.ids.map((id) => this.notAsDeclared(id, declared)))).flat();
      if (wrong.length === 0 || Date.now() > end) return wrong;
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
  }

  /** Returns what of a commune is not as both sides declare, in its status and in its services. */
  private async notAsDeclared(id: string, declared: Declared): Promise<string[]> {
    const text = (states: Record<string, string>) => JSON.stringify(Object.entries(states).sort());
    const [is, should] = [text(await this.shown(id)), text(due(id, declared))];
    if (is !== should) return [`${id} shows ${is} instead of ${should}`];
    const trust = await this.citizen.trust(id, this.kinds).catch((error: unknown) => [String(error)]);
    const open = openLinks(linked(id, declared), this.kinds);
    return trust.join() === open.join()
      ? []
      : [`${id} has ${trust.join(", ") || "nothing"} instead of ${open.join(", ") || "nothing"}`];
  }

  /** The state that a commune shows of each link, when it is the same for every service. */
  private async shown(id: string): Promise<Record<string, string>> {
    const status = await this.metropolis.status(id).catch(() => ({}));
    return Object.fromEntries(
      Object.entries(status).map(([peer, { services }]) => {
        const states = new Set(this.kinds.map((kind) => services[kind]?.state ?? "none"));
        return [peer, states.size === 1 ? ([...states][0] ?? "") : [...states].join("/")];
      }),
    );
  }
}

/** The peers that a commune is linked with: both declare it. */
function linked(id: string, declared: Declared): string[] {
  return (declared[id] ?? []).filter((peer) => declared[peer]?.includes(id));
}

/** The state of each link as it should be shown: open when both declare it, waiting when one does. */
function due(id: string, declared: Declared): Record<string, string> {
  const open = linked(id, declared);
  return Object.fromEntries(
    (declared[id] ?? []).map((peer) => [peer, open.includes(peer) ? "accepted" : "waiting"]),
  );
}
