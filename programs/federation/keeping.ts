import { setTimeout as sleep } from "node:timers/promises";
import type { Answers } from "../../components/federation/answers.ts";
import type { Descriptor } from "../../components/federation/descriptor.ts";
import { reasonOf } from "../../components/federation/reason.ts";
import type { DeclaredLink, ReconcilerSettings } from "../../components/federation/settings.ts";
import { ask } from "../../components/foundation/program/request.ts";
import { links as ofServices } from "../../components/services/list.ts";
import { Measurements } from "./answers.ts";
import type { AnswersObject } from "./kubernetes.ts";
import { Newest } from "./latest.ts";

/** Milliseconds between two rounds of questions. */
const every = 5 * 60_000;

/** Rounds between two times that they are written down: a program that is killed loses an hour's. */
const roundsBetween = 12;

/** Measures what answers, and asks services what they show, for as long as the program runs, and writes it down. */
export class Keeping {
  readonly #own: Pick<ReconcilerSettings, "id" | "services">;
  readonly #objects: AnswersObject;
  #measurements: Measurements | undefined;
  #links: readonly DeclaredLink[] | undefined;
  #text: string | undefined;
  #newest: Newest | undefined;
  #latestText: string | undefined;
  #replacedBy: number | undefined;
  #known: [peer: string, descriptor: Pick<Descriptor, "domain" | "services">][] = [];

  constructor(own: Pick<ReconcilerSettings, "id" | "services">, objects: AnswersObject) {
    this.#own = own;
    this.#objects = objects;
  }

  /** Answers that were seen so far; undefined before the first round. */
  get answers(): Answers | undefined {
    return this.#measurements?.answers;
  }

  /** Text that is shown of it; undefined before the first round. */
  get text(): string | undefined {
    return this.#text;
  }

  /** Text about what services show everybody; undefined before the first round. */
  get latestText(): string | undefined {
    return this.#latestText;
  }

  /** Sets the peers that are asked from now on. */
  declare(links: readonly DeclaredLink[]): void {
    this.#links = links;
  }

  /** Another site has taken the commune over, or none has. */
  replaced(by: number | undefined): void {
    this.#replacedBy = by;
  }

  /** A peer has said where its services are. */
  know(peer: string, descriptor: Pick<Descriptor, "domain" | "services">): void {
    if (this.#measurements) this.#measurements.know(peer, descriptor);
    else this.#known.push([peer, descriptor]);
  }

  /** Asks, round by round, until the signal; the next round makes up for one that fails. */
  async run(stopping: AbortSignal, log: (line: string) => void): Promise<void> {
    let rounds = 0;
    while (!stopping.aborted) {
      try {
        if (await this.#round(log)) {
          if (rounds++ % roundsBetween === 0) await this.#save();
        }
      } catch (error) {
        log(`what answers could not be measured: ${reasonOf(error)}; tried again`);
      }
      // What is declared is known some moments after the start.
      const wait = this.#text === undefined ? 2_000 : every;
      await sleep(wait, undefined, { signal: stopping }).catch(() => undefined);
    }
    await this.#save().catch((error) => log(`what answers was not written down: ${reasonOf(error)}`));
  }

  async #round(log: (line: string) => void): Promise<boolean> {
    if (this.#links === undefined) return false;
    if (this.#measurements === undefined) {
      this.#measurements = new Measurements(this.#own, ask, await this.#objects.answers());
      for (const [peer, descriptor] of this.#known) this.#measurements.know(peer, descriptor);
    }
    await this.#measurements.round(this.#links, new Date());
    this.#text = JSON.stringify({ ...this.#measurements.answers, replacedBy: this.#replacedBy });
    this.#newest ??= new Newest(this.#own, ofServices, await this.#objects.latest());
    await this.#newest.round(new Date(), log);
    this.#latestText = JSON.stringify(this.#newest.latest);
    return true;
  }

  async #save(): Promise<void> {
    const answers = this.#measurements?.answers;
    // What peers have seen is asked of them again.
    if (answers !== undefined) await this.#objects.saveAnswers({ ...answers, seenBy: {} });
    const latest = this.#newest?.latest;
    if (latest !== undefined) await this.#objects.saveLatest(latest);
  }
}
