import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "../../../components/foundation/program/bundle.ts";
import { incarnationName } from "../../../components/recovery/incarnation.ts";
import { type VaultAccess, vaultPassword } from "../../../components/recovery/vault/access.ts";
import { lockDays } from "../../../components/recovery/vault/bucket/lock.ts";
import { OpenVault } from "../../../components/recovery/vault/open-vault.ts";
import type { VaultSettings } from "../../../components/recovery/vault/settings.ts";
import { passOf } from "../../components/recovery/passes.ts";
import { freePort } from "../../free-port.ts";
import { seaweedfs } from "../../seaweedfs/build.ts";
import { Store } from "../../seaweedfs/store.ts";
import { guestKey, settings as vaultSettings } from "../vault/vault.ts";
import type { Clocks } from "./clocks.ts";
import { SiteProcess } from "./process.ts";

/** Kind of what keeps the copies: a vault's server at another commune, or a bucket of a real SeaweedFS. */
export type StoreKind = "vault" | "bucket";

/** Hosts of each kind of vault, in the order in which they come. */
const hosts: Readonly<Record<StoreKind, readonly string[]>> = {
  vault: ["bron", "lyon", "givors"],
  bucket: ["coffre", "armoire", "consigne"],
};

/** Most stores of one kind. */
export const mostOfAKind = hosts.vault.length;

export interface StoreOptions {
  clocks: Clocks;
  /** Room of each vault; a bucket has no limit. */
  quotaBytes?: number | undefined;
}

/** One of the vaults of a site, a process of its own. */
export class SiteStore {
  private constructor(
    readonly kind: StoreKind,
    readonly host: string,
    readonly access: VaultAccess,
    readonly process: SiteProcess,
    private readonly close: () => Promise<void>,
  ) {}

  /** Starts some, in their order. */
  static async start(
    folder: string,
    kinds: readonly StoreKind[],
    options: StoreOptions,
  ): Promise<SiteStore[]> {
    const left = { vault: [...hosts.vault], bucket: [...hosts.bucket] };
    const stores: SiteStore[] = [];
    for (const kind of kinds) {
      const host = left[kind].shift();
      if (host === undefined) throw new RangeError(`a site has at most ${mostOfAKind} of a kind`);
      // The first of a kind is named by its kind alone.
      const end = host === hosts[kind][0] ? "" : `-${host}`;
      const isVault = kind === "vault";
      stores.push(
        await (isVault ? SiteStore.vault(folder, host, end, options) : SiteStore.bucket(host, end)),
      );
    }
    return stores;
  }

  /** @param end of the names of its process and its folders. */
  private static async vault(
    folder: string,
    host: string,
    end: string,
    { clocks, quotaBytes = 4 * 1024 ** 3 }: StoreOptions,
  ): Promise<SiteStore> {
    const [port, metrics] = [await freePort(), await freePort()];
    const settings: VaultSettings = { ...placeOf(host), quotaBytes };
    const file = join(folder, "settings", `vault${end}.json`);
    const volume = join(folder, `volume${end}`);
    writeFileSync(file, JSON.stringify(settings));
    writeFileSync(join(folder, "vault.mjs"), bundle("vault").text);
    mkdirSync(volume);
    const vault = new SiteProcess(
      `vault${end}`,
      clocks.with("vault", process.execPath, join(folder, "vault.mjs")),
      {
        ...{ VAULT_SETTINGS: file, VAULT_FOLDER: volume },
        ...{ VAULT_PORT: String(port), VAULT_METRICS_PORT: String(metrics) },
      },
      join(folder, `vault${end}.log`),
    );
    const access = {
      address: `http://127.0.0.1:${port}`,
      user: settings.guest,
      password: vaultPassword(guestKey, settings, passOf()),
    };
    vault.start();
    return new SiteStore("vault", host, access, vault, () => vault.kill());
  }

  private static async bucket(host: string, end: string): Promise<SiteStore> {
    const { keepDays } = passOf();
    const store = await Store.open(await seaweedfs(), lockDays(keepDays), `bucket${end}`);
    return new SiteStore("bucket", host, store.access(keepDays), store.process, () => store.close());
  }

  /** Says there that another site has taken the commune over, as that one does. */
  async isReplacedBy(incarnation: number): Promise<void> {
    const { host, access } = this;
    const password = vaultPassword(guestKey, placeOf(host), passOf({ incarnation }));
    const vault = new OpenVault(host, "bucket" in access ? access : { ...access, password }, fetch);
    await vault.put(`once/${incarnationName(incarnation)}`, Buffer.from("elsewhere"));
  }

  /** Ends it. Of a bucket nothing is left. */
  async end(): Promise<void> {
    await this.close();
  }
}

const placeOf = (host: string) => ({ ...vaultSettings, host, domain: `${host}.test` });
