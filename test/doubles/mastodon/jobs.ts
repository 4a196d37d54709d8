import { Queue } from "bullmq";
import type { RedisAddress } from "./environment.ts";
import type { QueueName } from "./queues.ts";

/** The prefix of the double's jobs in Redis. */
export const jobPrefix = "sidekiq";

/** Puts jobs into Mastodon's queues. Only a sidekiq process works them. */
export class Jobs {
  private readonly queues = new Map<QueueName, Queue>();

  constructor(private readonly address: RedisAddress) {}

  /** Puts one job into a queue; `delay` in milliseconds. */
  async enqueue(queue: QueueName, worker: string, data: unknown, delay = 0): Promise<void> {
    await this.queue(queue).add(worker, data, {
      delay,
      attempts: 8,
      backoff: { type: "exponential", delay: 2000 },
      removeOnComplete: 100,
      removeOnFail: 1000,
    });
  }

  /** Has a job put into a queue again and again, once for all workers; `period` in milliseconds. */
  async every(period: number, queue: QueueName, worker: string): Promise<void> {
    await this.queue(queue).upsertJobScheduler(worker, { every: period }, { name: worker });
  }

  /** Jobs of a queue that are not done: waiting, delayed or at work. */
  async size(queue: QueueName): Promise<number> {
    return this.queue(queue).getJobCountByTypes("waiting", "delayed", "active", "prioritized");
  }

  /** Jobs of a queue that nobody works yet, and for how long the oldest of them has waited, in whole seconds. */
  async waiting(queue: QueueName): Promise<{ count: number; seconds: number }> {
    const [count, [oldest]] = await Promise.all([
      this.queue(queue).getWaitingCount(),
      this.queue(queue).getWaiting(0, 0),
    ]);
    // What was to wait on purpose waits from then on.
    const since = oldest ? oldest.timestamp + oldest.delay : Date.now();
    return { count, seconds: Math.floor((Date.now() - since) / 1000) };
  }

  async close(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
  }

  private queue(name: QueueName): Queue {
    const known = this.queues.get(name);
    if (known) return known;
    const queue = new Queue(name, { connection: { ...this.address, family: 0 }, prefix: jobPrefix });
    queue.on("error", (error) => console.error(`Sidekiq client: ${error.message}`));
    this.queues.set(name, queue);
    return queue;
  }
}
