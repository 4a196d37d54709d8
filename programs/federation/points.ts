import type { PointHeads } from "../../components/federation/points.ts";
import { reasonOf } from "../../components/federation/reason.ts";
import type { ReconcilerSettings } from "../../components/federation/settings.ts";
import { firstIncarnation, latestIncarnation } from "../../components/recovery/incarnation.ts";
import { type Head, hashOf, pointName } from "../../components/recovery/points/head.ts";
import { newestHeadAt } from "../../components/recovery/points/read.ts";
import type { VaultAccess } from "../../components/recovery/vault/access.ts";
import { type Fetch, OpenVault } from "../../components/recovery/vault/open-vault.ts";
import type { PointsObject } from "./kubernetes.ts";

/** Tools with which a run of the program asks. */
export interface Asking {
  objects: PointsObject;
  fetch: Fetch;
  log: (line: string) => void;
}

/** Answer of one vault at the last look. */
export interface SeenAtVault {
  vault: string;
  answers: boolean;
  /** Time of the newest point that it lists of each service, ISO 8601; undefined if it lists none. */
  taken: Readonly<Record<string, string | undefined>>;
}

/**
 * Knows the newest restore point of each service: the vaults are asked, with passwords that only read, and only what the
 * commune signed counts. What was known once stays known, whatever a vault says later.
 */
export class OwnPoints {
  readonly #asking: Asking;
  readonly #commune: string;
  readonly #services: readonly string[];
  readonly #vaults: readonly OpenVault[];
  readonly #publicKey: string;
  readonly #incarnation: number;
  /** Number of the latest site that a vault knows of, by its host. */
  readonly #latest = new Map<string, number>();
  /** Reason why a vault did not answer the last time, by its host. */
  readonly #silent = new Map<string, string>();
  /** Newest points that a vault listed when it answered last, by its host and by service. */
  readonly #listed = new Map<string, Readonly<Record<string, Head | undefined>>>();
  #heads: PointHeads | undefined;

  /** @param publicKey of the descriptor, a Multikey. */
  constructor(
    {
      id,
      points: services = [],
      incarnation = firstIncarnation,
    }: Pick<ReconcilerSettings, "id" | "points" | "incarnation">,
    { vaults, publicKey }: { vaults: Readonly<Record<string, VaultAccess>>; publicKey: string },
    asking: Asking,
  ) {
    this.#asking = asking;
    this.#commune = id;
    this.#services = services;
    this.#vaults = Object.entries(vaults).map(([host, access]) => new OpenVault(host, access, asking.fetch));
    this.#publicKey = publicKey;
    this.#incarnation = incarnation;
  }

  /**
   * Number of the site that has taken the commune over; undefined unless every vault that has answered says so: of
   * two hosts, one alone warns nobody.
   */
  get replacedBy(): number | undefined {
    const latest = Math.min(...this.#latest.values());
    return this.#latest.size > 0 && latest > this.#incarnation ? latest : undefined;
  }

  /** Heads that are known; undefined before the first look. */
  get heads(): PointHeads | undefined {
    return this.#heads;
  }

  /** State of each vault at the last look; empty before the first one. */
  get seen(): SeenAtVault[] {
    return this.#vaults.flatMap(({ host }) => {
      const listed = this.#listed.get(host);
      const isSilent = this.#silent.has(host);
      if (listed === undefined && !isSilent) return [];
      const taken = Object.entries(listed ?? {}).map(([service, head]) => [service, head?.takenAt] as const);
      return [{ vault: host, answers: !isSilent, taken: Object.fromEntries(taken) }];
    });
  }

  /** Looks for newer ones, and writes down what there is. */
  async look(): Promise<void> {
    if (this.#services.length === 0) return;
    const { objects, log } = this.#asking;
    const known = this.#heads ?? (await objects.pointHeads()) ?? {};
    const heads = { ...known };
    await Promise.all(
      this.#vaults.map(async (vault) => {
        const { host } = vault;
        const why = await this.#lookAt(vault, heads).then(() => undefined, reasonOf);
        // A vault may be silent for days: its reason is told once, and that it is gone.
        if (why !== this.#silent.get(host))
          log(`restore points at ${host}: ${why === undefined ? "it answers again" : `${why}; asked again`}`);
        if (why === undefined) this.#silent.delete(host);
        else this.#silent.set(host, why);
      }),
    );
    if (JSON.stringify(heads) !== JSON.stringify(known)) await objects.savePointHeads(heads);
    this.#heads = heads;
  }

  /** Takes what is newer than what is known, and notes what the vault itself lists. */
  async #lookAt(vault: OpenVault, heads: PointHeads): Promise<void> {
    const names = await vault.once();
    this.#latest.set(vault.host, latestIncarnation(names));
    const before = this.#listed.get(vault.host) ?? {};
    const listed: Record<string, Head | undefined> = {};
    for (const service of this.#services) {
      const known = before[service];
      // A vault that was rolled back no longer lists what it listed.
      const there = known && names.includes(pointName(service, known.sequence)) ? known : undefined;
      const owner = { commune: this.#commune, service };
      const asked = { owner, publicKey: this.#publicKey, known: there?.sequence ?? 0 };
      const head = (await newestHeadAt(vault, names, asked)) ?? there;
      listed[service] = head;
      // Another vault may have reported a newer one meanwhile.
      if (head !== undefined && head.sequence > (heads[service]?.count ?? 0))
        heads[service] = { count: head.sequence, head: `sha256:${hashOf(head)}` };
    }
    this.#listed.set(vault.host, listed);
  }
}
