import { type Answers, readAnswers } from "../../components/federation/answers.ts";
import type { Descriptor } from "../../components/federation/descriptor.ts";
import { type Latest, readLatest } from "../../components/federation/latest.ts";
import type { News } from "../../components/federation/news.ts";
import type { PublisherSettings } from "../../components/federation/settings.ts";
import { judgeAnswer } from "../../components/federation/verdict.ts";
import { sha256 } from "../../components/foundation/manifest/checksum.ts";

import { linkedKinds } from "../../components/services/list.ts";

/** The most peers whose questions are remembered until the reconciler hears of them. */
const most = 1000;

/** Documents that the reconciler has signed and the publisher shows, and the peers that have asked for them since. */
export class Publication {
  #shown: { text: string; descriptor: Descriptor; checksum: string } | undefined;
  #answered: { text: string; answers: Answers; checksum: string } | undefined;
  #latest: { latest: Latest; checksum: string } | undefined;
  readonly #asked = new Set<string>();
  readonly #own: Pick<PublisherSettings, "id" | "domain">;

  constructor(own: Pick<PublisherSettings, "id" | "domain">) {
    this.#own = own;
  }

  /** undefined until the reconciler has sent it. */
  get shown(): { text: string; descriptor: Descriptor } | undefined {
    return this.#shown;
  }

  /**
   * Shows a signed descriptor from now on.
   *
   * @returns why it does not: it is not this commune's, or not of now.
   */
  show(text: string, now: Date): string | undefined {
    const { id, domain } = this.#own;
    const sought = { peer: id, domain, hosts: [], others: [], key: undefined, kinds: linkedKinds };
    const verdict = judgeAnswer({ status: 200, text }, sought, now);
    if (verdict.is !== "peer") return verdict.why;
    this.#shown = { text, descriptor: verdict.descriptor, checksum: sha256(text) };
    return undefined;
  }

  /** Measured answers; undefined until the reconciler has sent them. */
  get answered(): { text: string; answers: Answers } | undefined {
    return this.#answered;
  }

  /**
   * Shows from now on what the reconciler has measured.
   *
   * @returns why it does not.
   */
  showAnswers(text: string): string | undefined {
    const answers = readAnswers(text);
    if (answers?.id !== this.#own.id) return "not what this commune has measured";
    this.#answered = { text, answers, checksum: sha256(text) };
    return undefined;
  }

  /** Texts that the commune's services show everybody; undefined until the reconciler has sent them. */
  get latest(): Latest | undefined {
    return this.#latest?.latest;
  }

  /**
   * Shows from now on what the commune's services have shown.
   *
   * @returns why it does not.
   */
  showLatest(text: string): string | undefined {
    const latest = readLatest(text);
    if (latest?.id !== this.#own.id) return "not what this commune's services show";
    this.#latest = { latest, checksum: sha256(text) };
    return undefined;
  }

  /** A peer, by its own account, has asked for the descriptor. */
  wasAskedBy(peer: string): void {
    if (/^[a-z0-9-]{1,30}$/.test(peer) && this.#asked.size < most) this.#asked.add(peer);
  }

  /** Returns news for the reconciler: what is shown, and who has asked since the last time. */
  news(): News {
    const asked = [...this.#asked];
    this.#asked.clear();
    return {
      shown: this.#shown?.checksum ?? null,
      answers: this.#answered?.checksum ?? null,
      latest: this.#latest?.checksum ?? null,
      asked,
    };
  }
}
