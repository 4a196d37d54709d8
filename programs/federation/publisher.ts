import { answersPath } from "../../components/federation/answers.ts";
import { descriptorPath } from "../../components/federation/descriptor.ts";
import { latestPath } from "../../components/federation/latest.ts";
import { type News, newsPath } from "../../components/federation/news.ts";
import { sha256 } from "../../components/foundation/manifest/checksum.ts";
import { type Ask, ask } from "../../components/foundation/program/request.ts";

/** The publisher as its reconciler sees it: it gets what it shows, and reports who has asked. It is never trusted. */
export class Publisher {
  readonly #address: string;

  /** @param address of the port that is the reconciler's alone. */
  constructor(address: string) {
    this.#address = address;
  }

  /**
   * Has it show a signed descriptor, what has answered, and what services show, unless it does.
   *
   * @returns the peers that have asked for it since the last time, by their own account. Throws when it does not answer or
   *   does not take it.
   */
  async exchange(text: string, answers?: string, latest?: string): Promise<string[]> {
    const news = newsIn(await this.#call(newsPath, { method: "POST" }));
    if (news.shown !== sha256(text)) await this.#call(descriptorPath, { method: "PUT", body: text });
    // One that does not speak of it is of an older version, until it is replaced.
    if (answers !== undefined && news.answers !== undefined && news.answers !== sha256(answers)) {
      await this.#call(answersPath, { method: "PUT", body: answers });
    }
    if (latest !== undefined && news.latest !== undefined && news.latest !== sha256(latest)) {
      await this.#call(latestPath, { method: "PUT", body: latest });
    }
    return news.asked;
  }

  async #call(path: string, options: Ask): Promise<string> {
    const { status, body } = await ask(`${this.#address}${path}`, { ...options, timeoutMs: 5_000 });
    const text = body.toString("utf8");
    if (status > 299)
      throw new Error(`the publisher answered ${status} to ${path}: ${text.trim().slice(0, 400)}`);
    return text;
  }
}

function newsIn(text: string): News {
  const { shown, answers, latest, asked } = JSON.parse(text) as Partial<News>;
  const names = Array.isArray(asked) ? asked.filter((peer) => typeof peer === "string") : [];
  return {
    shown: typeof shown === "string" ? shown : null,
    ...(answers !== undefined && { answers }),
    ...(latest !== undefined && { latest }),
    asked: names,
  };
}
