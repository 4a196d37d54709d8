import {
  type Answers,
  answersPath,
  type ByCommune,
  type ByKind,
  counted,
  ofCommune,
  readAnswers,
} from "../../components/federation/answers.ts";
import type { Descriptor } from "../../components/federation/descriptor.ts";
import type { ReconcilerSettings } from "../../components/federation/settings.ts";
import type { Answer, Ask } from "../../components/foundation/program/request.ts";

/** The most questions that are asked at once. */
const atOnce = 8;

/** Rounds after which peers are asked again what they have seen of us. */
const roundsBetween = 6;

/** Asks services whether they answer, and counts: our own from inside the cluster, those of peers at their public addresses. */
export class Measurements {
  readonly #own: Pick<ReconcilerSettings, "id" | "services">;
  readonly #ask: (address: string, options?: Ask) => Promise<Answer>;
  readonly #peers = new Map<string, Pick<Descriptor, "domain" | "services">>();
  #rounds = 0;
  #answers: Answers | undefined;

  constructor(
    own: Pick<ReconcilerSettings, "id" | "services">,
    ask: (address: string, options?: Ask) => Promise<Answer>,
    before?: Answers,
  ) {
    this.#own = own;
    this.#ask = ask;
    this.#answers = before?.id === own.id ? before : undefined;
  }

  /** Answers that were seen so far; undefined before the first round. */
  get answers(): Answers | undefined {
    return this.#answers;
  }

  /** A peer has said where its services are. */
  know(peer: string, { domain, services }: Pick<Descriptor, "domain" | "services">): void {
    this.#peers.set(peer, { domain, services });
  }

  /**
   * One round: every service once, and now and then what peers have seen of us.
   *
   * @param linked peers that are declared: others are forgotten.
   */
  async round(linked: readonly { peer: string; domain: string }[], now: Date): Promise<void> {
    const before = this.#answers;
    const own: ByKind = {};
    const others: ByCommune = {};
    const seenBy: ByCommune = {};
    const waiting: (() => Promise<void>)[] = this.#own.services.map(({ kind, url, inside }) => async () => {
      const answers = await this.#isAnswered(`${inside}/`, { host: new URL(url).host });
      own[kind] = counted(before?.own[kind], url, answers, now);
    });
    const asksPeers = this.#rounds++ % roundsBetween === 0;
    for (const { peer, domain } of linked) {
      const known = before?.linked[peer];
      const services: ByKind = {};
      others[peer] = { domain, services };
      for (const { kind, url } of this.#servicesOf(peer, domain, known)) {
        waiting.push(async () => {
          services[kind] = counted(known?.services[kind], url, await this.#isAnswered(url), now);
        });
      }
      waiting.push(async () => {
        const said = asksPeers ? await this.#seenBy(domain) : undefined;
        const seen = said ?? before?.seenBy[peer]?.services;
        if (seen !== undefined) seenBy[peer] = { domain, services: seen };
      });
    }
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
      }),
    );
    const { id } = this.#own;
    this.#answers = { version: 1, id, measured: now.toISOString(), own, linked: others, seenBy };
  }

  /** Addresses of a peer's services: as it says, or as it said before it fell silent. */
  #servicesOf(peer: string, domain: string, known: ByCommune[string] | undefined) {
    const said = this.#peers.get(peer);
    if (said?.domain === domain) return said.services;
    if (known?.domain !== domain) return [];
    return Object.entries(known.services).map(([kind, { url }]) => ({ kind, url }));
  }

  /** Whether there is an answer, and not that the server cannot: a page for people may well ask them to log in. */
  async #isAnswered(address: string, headers: Record<string, string> = {}): Promise<boolean> {
    try {
      return (await this.#ask(address, { method: "HEAD", headers })).status < 500;
    } catch {
      return false;
    }
  }

  /** Returns what a peer has seen of us; undefined if it does not say. */
  async #seenBy(domain: string): Promise<ByKind | undefined> {
    try {
      const { status, body } = await this.#ask(
        `https://${domain}${answersPath}?${ofCommune}=${this.#own.id}`,
      );
      return status === 200 ? readAnswers(body.toString("utf8"))?.linked[this.#own.id]?.services : undefined;
    } catch {
      return undefined;
    }
  }
}
