import type { Redis } from "ioredis";

/** A message of the web server or the workers on a channel. */
interface Message {
  event: string;
  payload: unknown;
}

type Listener = (message: Message) => void;

/** One subscription to Redis per channel, whatever the number of clients that listen to it. */
export class Hub {
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(private readonly redis: Redis) {
    redis.on("message", (channel: string, text: string) => {
      const message = JSON.parse(text) as Message;
      for (const listener of this.listeners.get(channel) ?? []) listener(message);
    });
  }

  /** Listens to a channel, and returns how to stop. */
  async listen(channel: string, listener: Listener): Promise<() => void> {
    const all = this.listeners.get(channel) ?? new Set();
    this.listeners.set(channel, all.add(listener));
    if (all.size === 1) await this.redis.subscribe(channel);
    return () => {
      all.delete(listener);
      if (all.size > 0) return;
      this.listeners.delete(channel);
      this.redis.unsubscribe(channel).catch((error: Error) => console.error(`Redis: ${error.message}`));
    };
  }
}

/** Text of a payload for a client: objects as JSON, ids as they are. */
export function payloadText(payload: unknown): string {
  return typeof payload === "string" ? payload : JSON.stringify(payload);
}
