import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Least and greatest age of a form when it is sent, in milliseconds: nobody fills one in faster. */
const tokenAge = { least: 4_000, most: 3_600_000 } as const;

/** The most used tokens that are remembered: more than the limits let through in an hour. */
const mostUsed = 50_000;

/** Tokens of forms, each good for once. They are of this process alone: after a restart a form is sent again. */
export class Tokens {
  readonly #key = randomBytes(32);
  readonly #used = new Map<string, number>();

  issue(now: number): string {
    const body = `${now.toString(36)}.${randomBytes(12).toString("base64url")}`;
    return `${body}.${this.#mac(body)}`;
  }

  /** Whether a form was sent as it was given out; used up when it was. */
  take(token: string, now: number): "good" | "fast" | "late" | "unknown" | "used" {
    const [issued = "", random = "", mac = "", ...more] = token.slice(0, 200).split(".");
    const own = Buffer.from(this.#mac(`${issued}.${random}`));
    const given = Buffer.from(mac);
    if (more.length > 0 || own.length !== given.length || !timingSafeEqual(own, given)) return "unknown";
    const age = now - Number.parseInt(issued, 36);
    if (age > tokenAge.most) return "late";
    if (this.#used.has(token)) return "used";
    if (age < tokenAge.least) return "fast";
    for (const [old, until] of this.#used) {
      if (until > now && this.#used.size < mostUsed) break;
      this.#used.delete(old);
    }
    this.#used.set(token, now + tokenAge.most);
    return "good";
  }

  #mac(body: string): string {
    return createHmac("sha256", this.#key).update(body).digest("base64url");
  }
}
