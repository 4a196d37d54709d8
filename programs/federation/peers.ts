import {
  type Descriptor,
  descriptorAddress,
  descriptorSchema,
} from "../../components/federation/descriptor.ts";
import { isSignedBy, namedKey } from "../../components/federation/proof.ts";
import { type Answer, ask, reasonOf } from "./request.ts";

/** What was found at a peer's domain. */
export type Finding =
  /** The peer itself, by the key that its descriptor is signed with. */
  | { is: "peer"; descriptor: Descriptor; key: string }
  /** Something else: whoever answers there does not have the peer's key. */
  | { is: "other"; why: string }
  /** Nothing to go by. */
  | { is: "silent"; why: string; since: Date; retry: Date };

/** Whom to ask, and what is known of them. */
export interface Sought {
  peer: string;
  domain: string;
  /** The key that counts; the one that the descriptor names when absent. */
  key: string | undefined;
}

/** Longest time between two questions to a peer that does not answer, seconds. */
const longestWait = 15 * 60;

/** Asks peers what they are, and leaves those that do not answer in peace for a growing while. */
export class Peers {
  readonly #silences = new Map<string, { failures: number; since: Date; retry: Date; why: string }>();
  readonly #fetch: (address: string) => Promise<Answer>;
  readonly #random: () => number;

  constructor(fetch: (address: string) => Promise<Answer> = ask, random: () => number = Math.random) {
    this.#fetch = fetch;
    this.#random = random;
  }

  /** @param periodSeconds the first wait; the following ones double. */
  async find({ peer, domain, key }: Sought, now: Date, periodSeconds: number): Promise<Finding> {
    const silence = this.#silences.get(peer);
    if (silence && now < silence.retry) return { is: "silent", ...silence };
    let document: unknown;
    try {
      const answer = await this.#fetch(descriptorAddress(domain));
      if (answer.status !== 200) throw new Error(`answered ${answer.status} to its descriptor`);
      document = JSON.parse(answer.body.toString("utf8"));
    } catch (error) {
      return this.#silent(
        peer,
        error instanceof SyntaxError ? "its descriptor is no JSON" : reasonOf(error),
        now,
        periodSeconds,
      );
    }
    this.#silences.delete(peer);
    return judge(document, { peer, domain, key }, now);
  }

  #silent(peer: string, why: string, now: Date, periodSeconds: number): Finding {
    const before = this.#silences.get(peer);
    const failures = (before?.failures ?? 0) + 1;
    const wait = Math.min(longestWait, periodSeconds * 2 ** Math.min(failures - 1, 16));
    // Half of the wait is left to chance, so that peers of one that returns do not all come at once.
    const retry = new Date(now.getTime() + 1000 * wait * (0.5 + this.#random() / 2));
    const silence = { failures, since: before?.since ?? now, retry, why };
    this.#silences.set(peer, silence);
    return { is: "silent", ...silence };
  }
}

/** Whether a document is the descriptor of the one that was sought. */
export function judge(document: unknown, { peer, domain, key }: Sought, now: Date): Finding {
  const other = (why: string): Finding => ({ is: "other", why });
  const named = namedKey(document);
  if (named === undefined) return other("what answers at its domain is not signed");
  if (key !== undefined && named !== key)
    return other(`what answers at its domain has another key (${named})`);
  if (!isSignedBy(document, named)) return other("the signature of its descriptor is wrong");
  const read = descriptorSchema.safeParse(document);
  if (!read.success) {
    const [issue] = read.error.issues;
    return other(`its descriptor cannot be read (${issue?.path.join(".")}: ${issue?.message})`);
  }
  const descriptor = read.data;
  if (descriptor.id !== peer || descriptor.domain !== domain) {
    return other(`what answers at its domain is the descriptor of ${descriptor.id} at ${descriptor.domain}`);
  }
  // Clocks may differ by a few minutes.
  const soon = new Date(now.getTime() + 10 * 60_000);
  if (new Date(descriptor.expires) < now || new Date(descriptor.issued) > soon) {
    return other(`its descriptor is not of now (issued ${descriptor.issued}, expires ${descriptor.expires})`);
  }
  return { is: "peer", descriptor, key: named };
}
