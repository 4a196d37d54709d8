import { descriptorAddress } from "../../components/federation/descriptor.ts";
import { reasonOf } from "../../components/federation/reason.ts";
import { judgeAnswer, type Sought, type Verdict } from "../../components/federation/verdict.ts";
import { type Answer, ask } from "../../components/foundation/program/request.ts";

/** Answer found at a peer's domain. */
export type PeerAnswer =
  | Exclude<Verdict, { is: "nothing" }>
  /** The peer does not answer. */
  | { is: "silent"; why: string; since: Date; retry: Date };

/** Time between the first two questions to a peer that does not answer, seconds: its own start takes that long. */
const firstWait = 10;

/** Longest time between two questions to a peer that does not answer, seconds. */
const longestWait = 15 * 60;

/** Asks peers what they are, and leaves those that do not answer in peace for a growing while. */
export class Peers {
  readonly #silences = new Map<
    string,
    { failures: number; since: Date; asked: Date; retry: Date; why: string }
  >();
  readonly #fetch: (address: string) => Promise<Answer>;
  readonly #random: () => number;

  constructor(fetch: (address: string) => Promise<Answer> = ask, random: () => number = Math.random) {
    this.#fetch = fetch;
    this.#random = random;
  }

  /** Asks a peer, unless it failed to answer a moment ago: the first wait is short, the following ones double. */
  async find(sought: Sought, now: Date): Promise<PeerAnswer> {
    const { peer, domain } = sought;
    const silence = this.#silences.get(peer);
    if (silence && now < silence.retry) return { is: "silent", ...silence };
    let verdict: Verdict;
    try {
      const { status, body } = await this.#fetch(descriptorAddress(domain));
      verdict = judgeAnswer({ status, text: body.toString("utf8") }, sought, now);
    } catch (error) {
      return this.#silent(peer, reasonOf(error), now);
    }
    if (verdict.is === "nothing") return this.#silent(peer, verdict.why, now);
    this.#silences.delete(peer);
    return verdict;
  }

  /** Makes the next run ask a peer that has asked us, as soon as after its first silence. */
  isThere(peer: string): void {
    const silence = this.#silences.get(peer);
    if (silence === undefined) return;
    const soon = new Date(silence.asked.getTime() + 500 * firstWait);
    if (soon < silence.retry) silence.retry = soon;
  }

  #silent(peer: string, why: string, now: Date): PeerAnswer {
    const before = this.#silences.get(peer);
    const failures = (before?.failures ?? 0) + 1;
    const wait = Math.min(longestWait, firstWait * 2 ** Math.min(failures - 1, 16));
    // Half of the wait is left to chance, so that peers of one that returns do not all come at once.
    const retry = new Date(now.getTime() + 1000 * wait * (0.5 + this.#random() / 2));
    const silence = { failures, since: before?.since ?? now, asked: now, retry, why };
    this.#silences.set(peer, silence);
    return { is: "silent", ...silence };
  }
}
