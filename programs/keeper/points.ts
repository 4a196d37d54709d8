import type { KeeperSettings } from "../../components/recovery/keeper/settings.ts";
import type { VaultAccess } from "../../components/recovery/vault/access.ts";
import type { Fetch } from "../../components/recovery/vault/open-vault.ts";
import { pointsText } from "../federation/metrics.ts";
import { OwnPoints } from "../federation/points.ts";

/** Tools with which a keeper looks up restore points. */
interface Looking {
  accesses: Readonly<Record<string, VaultAccess>>;
  /** Returns the public key of the commune's descriptor, a Multikey. */
  publicKey: () => string;
  fetch: Fetch;
  log: (line: string) => void;
}

/** Restore points in buckets, to which the reconciler has no keys. */
export class BucketPoints {
  private key: string | undefined;
  private points: OwnPoints | undefined;

  private constructor(
    private readonly begin: (publicKey: string) => OwnPoints,
    private readonly publicKey: () => string,
  ) {}

  /** Returns what looks them up; undefined if the settings name none. */
  static of(
    { commune: id, incarnation, points }: Pick<KeeperSettings, "commune" | "incarnation" | "points">,
    { accesses, publicKey, fetch, log }: Looking,
  ): BucketPoints | undefined {
    if (points === undefined) return undefined;
    const vaults = Object.fromEntries(
      points.buckets.flatMap((name) => {
        const access = accesses[name];
        return access === undefined ? [] : [[name, access] as const];
      }),
    );
    // The reconciler remembers heads for peers. Here only what the buckets list now is told.
    const objects = { pointHeads: async () => undefined, savePointHeads: async () => undefined };
    const settings = { id, points: points.services, incarnation };
    return new BucketPoints(
      (key) => new OwnPoints(settings, { vaults, publicKey: key }, { objects, fetch, log }),
      publicKey,
    );
  }

  /** Looks for newer ones, signed under the descriptor's key of now. */
  async look(): Promise<void> {
    const key = this.publicKey();
    if (this.points === undefined || key !== this.key) this.points = this.begin(key);
    this.key = key;
    await this.points.look();
  }

  /** Returns the metrics for Prometheus; none before the first look. */
  metrics(): string {
    const { seen = [] } = this.points ?? {};
    return seen.length === 0 ? "" : `${pointsText(seen).join("\n")}\n`;
  }
}
