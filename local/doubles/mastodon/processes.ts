import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { Redis } from "ioredis";
import { type QueueName, queueNames } from "./queues.ts";
import { Refusal } from "./refusal.ts";

/** Seconds after which a worker that says nothing is taken for dead. */
const silence = 20;

const processKey = (id: string) => `double:process:${id}`;
const leaseKey = "double:scheduler";

/** Tells the others that this worker lives and what it listens to, until it is stopped. */
export class Registration {
  private readonly id = `${hostname()}:${process.pid}:${randomBytes(6).toString("hex")}`;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly redis: Redis,
    private readonly queues: QueueName[],
  ) {}

  /**
   * Takes the one place of `scheduler` when this worker listens to it, and registers. Two such workers run
   * every scheduled job twice, which upstream does not say: the second one is refused here, after it has
   * waited for the place of a dead one to fall free.
   */
  async start(): Promise<void> {
    if (this.queues.includes("scheduler")) await this.takeScheduler();
    await this.beat();
    this.timer = setInterval(() => {
      this.beat().catch((error: Error) => console.error(`heartbeat: ${error.message}`));
    }, 5000);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.redis.del(processKey(this.id));
    if ((await this.redis.get(leaseKey)) === this.id) await this.redis.del(leaseKey);
  }

  private async takeScheduler(): Promise<void> {
    const end = Date.now() + (silence + 5) * 1000;
    while ((await this.redis.set(leaseKey, this.id, "EX", silence, "NX")) === null) {
      const holder = (await this.redis.get(leaseKey)) ?? "";
      if (Date.now() > end) {
        throw new Refusal(
          `The queue scheduler already has a worker (${holder}): two of them run every scheduled job twice. Give one sidekiq process alone \`-q scheduler\`, with one replica and the strategy Recreate.`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }

  private async beat(): Promise<void> {
    await this.redis.set(processKey(this.id), JSON.stringify(this.queues), "EX", silence);
    if (this.queues.includes("scheduler")) await this.redis.set(leaseKey, this.id, "EX", silence);
  }
}

/** The queues of each worker that lives. */
export async function livingWorkers(redis: Redis): Promise<QueueName[][]> {
  const keys = await redis.keys(processKey("*"));
  const values = keys.length === 0 ? [] : await redis.mget(keys);
  return values.flatMap((value) => (value === null ? [] : [known(JSON.parse(value))]));
}

function known(value: unknown): QueueName[] {
  const names: unknown[] = Array.isArray(value) ? value : [];
  return queueNames.filter((name) => names.includes(name));
}
