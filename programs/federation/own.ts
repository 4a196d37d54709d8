import {
  type Descriptor,
  descriptorAddress,
  descriptorLifetimeHours,
} from "../../components/federation/descriptor.ts";
import type { RememberedHead } from "../../components/federation/memory.ts";
import type { PointHeads } from "../../components/federation/points.ts";
import { type Signed, withProof } from "../../components/federation/proof.ts";
import type { DeclaredLink, OwnService, ReconcilerSettings } from "../../components/federation/settings.ts";
import type { FederationStatus } from "../../components/federation/status.ts";
import { askJson } from "../../components/foundation/program/request.ts";
import { links } from "../../components/services/list.ts";

/** Time for which counted figures are shown before they are counted again, in milliseconds. */
const statisticsAge = 10 * 60_000;

/** The heads of what the commune keeps, as they are now. */
export interface OwnHeads {
  /** Length of its log of approvals, if it is known. */
  approvals?: Descriptor["approvals"];
  points?: PointHeads | undefined;
  /** Head and figures of its log of recovery drills. */
  drills?: Descriptor["drills"];
}

/** Facts that a commune remembers of a peer, and publishes. */
interface Remembered {
  /** The services of which its link is open. */
  open?: string[];
  approvals?: ToldHead[];
  points?: Record<string, ToldHead[]>;
}

type ToldHead = Pick<RememberedHead, "count" | "head" | "seen">;

const toldOf = (heads: readonly RememberedHead[]) =>
  heads.map(({ count, head, seen }): ToldHead => ({ count, head, ...(seen !== undefined && { seen }) }));

/** Descriptor of the commune: made of its settings, its declared links, and what its services count. */
export class OwnDescriptor {
  readonly #settings: ReconcilerSettings;
  readonly #key: Uint8Array;
  readonly #statistics = new Map<string, Record<string, number>>();
  readonly #heads: () => OwnHeads;
  #links: readonly DeclaredLink[] = [];
  #memory: Readonly<Record<string, Remembered>> = {};
  #said: string | undefined;
  #counted = 0;
  #signed: { text: string; until: number } | undefined;

  constructor(settings: ReconcilerSettings, key: Uint8Array, heads: () => OwnHeads = () => ({})) {
    this.#settings = settings;
    this.#key = key;
    this.#heads = heads;
  }

  /**
   * Takes from the status which links are open, and what is remembered of the peers' logs of approvals and restore
   * points.
   */
  remember(status: FederationStatus): void {
    const memory = Object.fromEntries(
      Object.entries(status).map(
        ([peer, { approvals = [], points = {}, services }]): [string, Remembered] => {
          const known = Object.entries(points).map(([service, { heads }]): [string, ToldHead[]] => [
            service,
            toldOf(heads),
          ]);
          return [
            peer,
            {
              open: Object.keys(services).filter((kind) => services[kind]?.state === "accepted"),
              ...(approvals.length === 0 ? {} : { approvals: toldOf(approvals) }),
              ...(known.length === 0 ? {} : { points: Object.fromEntries(known) }),
            },
          ];
        },
      ),
    );
    if (JSON.stringify(memory) === JSON.stringify(this.#memory)) return;
    this.#memory = memory;
    this.#signed = undefined;
  }

  /** Sets the peers that it names from now on. */
  declare(links: readonly DeclaredLink[]): void {
    if (JSON.stringify(links) === JSON.stringify(this.#links)) return;
    this.#links = links;
    this.#signed = undefined;
  }

  /** Counts again what the services publish, when that is due. A service that does not answer keeps its figures. */
  async count(now: Date): Promise<void> {
    if (now.getTime() - this.#counted < statisticsAge) return;
    this.#counted = now.getTime();
    for (const service of this.#settings.services) {
      const counts = links.find(({ kind }) => kind === service.kind)?.counts;
      if (counts === undefined) continue;
      const figures = await nodeinfo(service, counts).catch(() => undefined);
      if (figures) this.#statistics.set(service.kind, figures);
    }
    this.#signed = undefined;
  }

  /** Descriptor at a time, without a proof. */
  describe(now: Date): Descriptor {
    const {
      id,
      name,
      insee,
      domain,
      contact,
      population,
      location,
      map,
      hotspots,
      schools,
      copies,
      services,
    } = this.#settings;
    const { approvals, points = {}, drills } = this.#heads();
    return {
      version: 1,
      id,
      name,
      insee,
      domain,
      contact,
      population,
      ...(location ? { location } : {}),
      ...(map ? { map } : {}),
      ...(hotspots ? { hotspots } : {}),
      ...(schools ? { schools } : {}),
      ...(copies ? { copies } : {}),
      ...(approvals ? { approvals } : {}),
      ...(Object.keys(points).length > 0 ? { points } : {}),
      ...(drills ? { drills } : {}),
      issued: now.toISOString(),
      expires: new Date(now.getTime() + descriptorLifetimeHours * 3_600_000).toISOString(),
      services: services.map(({ inside: _, ...service }) => {
        const statistics = this.#statistics.get(service.kind);
        return { ...service, ...(statistics ? { statistics } : {}) };
      }),
      peers: [...this.#links]
        .sort((one, other) => one.peer.localeCompare(other.peer))
        .map(({ peer, domain, name, services }) => ({
          ...{ id: peer, domain, name, services },
          ...this.#memory[peer],
        })),
    };
  }

  /** The signed text: the same for an hour, unless what it says changes. */
  text(now: Date): string {
    // A mounted ConfigMap changes under a program that runs.
    const said = JSON.stringify(this.#heads());
    if (said !== this.#said) this.#signed = undefined;
    this.#said = said;
    if (this.#signed === undefined || this.#signed.until < now.getTime()) {
      const address = descriptorAddress(this.#settings.domain);
      const signed: Signed<Descriptor> = withProof(this.describe(now), { key: this.#key, address, now });
      const text = `${JSON.stringify(signed, undefined, 2)}\n`;
      this.#signed = { text, until: now.getTime() + 3_600_000 };
    }
    return this.#signed.text;
  }
}

/**
 * Figures that a service counts itself. Source: https://nodeinfo.diaspora.software/protocol
 *
 * @param counts what its posts are.
 */
async function nodeinfo({ inside, url }: OwnService, counts: string): Promise<Record<string, number>> {
  const headers = { host: new URL(url).host };
  const { links } = (await askJson(`${inside}/.well-known/nodeinfo`, { headers })) as {
    links: { href: string }[];
  };
  const { pathname } = new URL(links[0]?.href ?? url);
  const { usage } = (await askJson(`${inside}${pathname}`, { headers })) as {
    usage: { users?: { total?: number }; localPosts?: number };
  };
  const figures = {
    accounts: usage.users?.total,
    [counts]: usage.localPosts,
  };
  return Object.fromEntries(
    Object.entries(figures).filter((figure): figure is [string, number] => typeof figure[1] === "number"),
  );
}
