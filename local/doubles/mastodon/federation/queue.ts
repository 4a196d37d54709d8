import type { MessageQueue, MessageQueueEnqueueOptions, MessageQueueListenOptions } from "@fedify/fedify";
import type { Jobs } from "../jobs.ts";
import type { QueueName } from "../queues.ts";

type Handler = (message: unknown) => Promise<void> | void;

/** One of fedify's queues, as jobs of one worker class in one of Mastodon's queues. */
export class FedifyQueue implements MessageQueue {
  private handler: Handler | undefined;

  constructor(
    private readonly jobs: Jobs,
    private readonly queue: QueueName,
    readonly worker: string,
  ) {}

  async enqueue(message: unknown, options?: MessageQueueEnqueueOptions): Promise<void> {
    const delay = options?.delay?.total("millisecond") ?? 0;
    await this.jobs.enqueue(this.queue, this.worker, message, Math.max(0, Math.round(delay)));
  }

  /** Only remembers what fedify does with a message: a sidekiq process brings the messages. */
  listen(handler: Handler, options?: MessageQueueListenOptions): Promise<void> {
    this.handler = handler;
    return new Promise((resolve) => {
      options?.signal?.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  /** Has fedify work one message. */
  async work(message: unknown): Promise<void> {
    if (!this.handler) throw new Error(`${this.worker} has no handler yet`);
    await this.handler(message);
  }
}
