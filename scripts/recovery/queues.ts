import { setTimeout as sleep } from "node:timers/promises";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import { spoken } from "../language.ts";
import { cachesAmong, countQueuedScript } from "./caches.ts";
import type { Runs } from "./runs.ts";
import type { Said } from "./standstill.ts";

/** Milliseconds without less that waits, after which the rest is left. */
const patience = 60_000;

/** Work of a service that waits where no restore point looks: in its cache, or in a folder of its own. */
export class Queues {
  constructor(
    private readonly runs: Pick<Runs, "kubectl">,
    private readonly points: PointsPlan,
  ) {}

  /** Waits until the service has done what waits, as long as it becomes less; says what is left. */
  async empty(said: Said, now = () => Date.now(), pause = 2000): Promise<void> {
    let waiting = await this.count();
    if (waiting === 0) return;
    said(
      spoken({
        en: `queued jobs: ${waiting}. They are done first.`,
        fr: `tâches en attente : ${waiting}. Elles sont faites d’abord.`,
      }),
    );
    for (let least = now(); waiting > 0 && now() - least < patience; ) {
      await sleep(pause);
      const left = await this.count();
      if (left < waiting) least = now();
      waiting = Math.min(waiting, left);
    }
    if (waiting > 0)
      said(
        spoken({
          en: `queued jobs: ${waiting}. They stay where they are: what they would have sent is not sent.`,
          fr: `tâches en attente : ${waiting}. Elles restent là : ce qu’elles auraient envoyé ne le sera pas.`,
        }),
      );
  }

  private async count(): Promise<number> {
    const names = (await this.runs.kubectl(["get", "deployments,statefulsets", "--output=name"])).split("\n");
    const { contents, service } = this.points;
    const { waiting } = contents;
    const inFolder =
      waiting === undefined
        ? 0
        : await this.countIn([`deployment/${waiting.deployment}`, "--", ...waiting.command]);
    return inFolder + (await this.countInCache(cachesAmong(service, names)));
  }

  /** Counts what waits in a cache. Of several members one may be lost, or not have everything yet: most counts. */
  private async countInCache(caches: readonly string[]): Promise<number> {
    const asked = caches.map((cache) => this.countIn([cache, "--", "sh", "-euc", countQueuedScript]));
    const said = await Promise.allSettled(asked);
    const counts = said.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const [first] = said;
    if (counts.length === 0 && first?.status === "rejected") throw first.reason;
    return Math.max(0, ...counts);
  }

  private async countIn(words: readonly string[]): Promise<number> {
    const text = await this.runs.kubectl(["exec", ...words]);
    return text.split("\n").reduce((sum, line) => sum + (Number.parseInt(line, 10) || 0), 0);
  }
}
