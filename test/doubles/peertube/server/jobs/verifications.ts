import { Redis } from "ioredis";
import type { Settings } from "../configuration/settings.ts";
import { log, reason, throttled } from "../log.ts";
import { redisOptions } from "./jobs.ts";

/** Texts in letters that let somebody choose a password. */
export interface Verifications {
  keep(user: number, text: string): Promise<void>;
  /** Whether this was sent to this user; never a second time. */
  take(user: number, text: string): Promise<boolean>;
  close(): void;
}

/** Source: server/core/initializers/constants.ts of Chocobozzz/PeerTube, USER_PASSWORD_CREATE_LIFETIME. */
const lifetimeSeconds = 7 * 86_400;

/** In Redis under `redis-<host>-`, and in no row: whoever empties Redis makes every letter worthless. */
export class VerificationsInRedis implements Verifications {
  private readonly redis: Redis;

  constructor(
    settings: Settings,
    private readonly host: string,
  ) {
    this.redis = new Redis(redisOptions(settings));
    const complain = throttled(10_000, (message) => log.error(message));
    this.redis.on("error", (error) => complain(`Redis failed to connect: ${reason(error)}`));
  }

  async keep(user: number, text: string): Promise<void> {
    await this.redis.set(this.keyOf(user), text, "EX", lifetimeSeconds);
  }

  async take(user: number, text: string): Promise<boolean> {
    const key = this.keyOf(user);
    if ((await this.redis.get(key)) !== text) return false;
    return (await this.redis.del(key)) === 1;
  }

  close(): void {
    this.redis.disconnect();
  }

  private keyOf(user: number): string {
    return `redis-${this.host}-reset-password-${user}`;
  }
}
