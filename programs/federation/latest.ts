import { keptLatest, type Latest, type LatestItem } from "../../components/federation/latest.ts";
import { reasonOf } from "../../components/federation/reason.ts";
import type { OwnService } from "../../components/federation/settings.ts";
import type { ServiceLink } from "../../components/services/link.ts";

/** The longest part of a text that is kept, in UTF-16 code units. */
const longest = 1000;

/** Asks the commune's own services, inside the cluster, what they show everybody, and keeps it for when they are silent. */
export class Newest {
  readonly #own: { id: string; services: readonly OwnService[] };
  readonly #links: readonly Pick<ServiceLink, "kind" | "latest">[];
  #latest: Latest | undefined;
  #problems = new Map<string, string>();

  constructor(
    own: { id: string; services: readonly OwnService[] },
    links: readonly Pick<ServiceLink, "kind" | "latest">[],
    before?: Latest,
  ) {
    this.#own = own;
    this.#links = links;
    this.#latest = before?.id === own.id ? before : undefined;
  }

  /** Texts that are known; undefined before the first round. */
  get latest(): Latest | undefined {
    return this.#latest;
  }

  /** One round: every service once. A service that does not answer keeps what it showed. */
  async round(now: Date, log: (line: string) => void): Promise<void> {
    const services: Latest["services"] = {};
    for (const service of this.#own.services) {
      const { kind, url } = service;
      const ask = this.#links.find((link) => link.kind === kind)?.latest;
      if (ask === undefined) continue;
      const before = this.#latest?.services[kind];
      const known = before?.url === url ? before : undefined;
      try {
        const items = (await ask(service)).flatMap((item) => taken(item, url)).slice(0, keptLatest);
        services[kind] = { url, at: now.toISOString(), answers: true, items };
        this.#problems.delete(kind);
      } catch (error) {
        const why = reasonOf(error);
        if (this.#problems.get(kind) !== why) log(`what ${kind} shows is not known: ${why}; tried again`);
        this.#problems.set(kind, why);
        services[kind] = { ...(known ?? { url, at: now.toISOString(), items: [] }), answers: false };
      }
    }
    this.#latest = { version: 1, id: this.#own.id, services };
  }
}

/**
 * An item as it is kept, if it is of the service itself and has a date; nothing else of a service's answer is passed
 * on.
 */
function taken({ url, date, text }: LatestItem, service: string): LatestItem[] {
  const moment = new Date(date);
  const isOwn = URL.canParse(url) && new URL(url).origin === new URL(service).origin && url.length <= 500;
  if (!isOwn || Number.isNaN(moment.getTime())) return [];
  return [{ url, date: moment.toISOString(), text: text.slice(0, longest) }];
}
