import { type Vault as Named, versionOfPassword } from "../../components/recovery/vault/access.ts";
import { repositoryPath } from "../../components/recovery/vault/names.ts";
import type { ScrubStatus, VaultSettings, VaultStatus } from "../../components/recovery/vault/settings.ts";
import { aside, keptGenerations, type Removal, retire, statements } from "./generations.ts";
import { Once } from "./once.ts";
import { quarantined, scrub } from "./scrub.ts";
import { folders, Store, small } from "./store.ts";

const scrubFile = `${folders.state}/scrub.json`;
const accessPrefix = "access-v";

/** One guest's vault: what it keeps, who may use it, and the host's part, which needs no key. */
export class Vault {
  readonly once: Once;
  private version = 0;
  private scrubbed: ScrubStatus | undefined;

  private constructor(
    readonly store: Store,
    private readonly settings: VaultSettings,
  ) {
    this.once = new Once(store);
  }

  static async open(folder: string, settings: VaultSettings): Promise<Vault> {
    const vault = new Vault(await Store.open(folder, settings.quotaBytes), settings);
    await vault.begin();
    return vault;
  }

  private async begin(): Promise<void> {
    for (const repository of await this.store.repositories()) {
      for (const name of ["config", ...statements])
        await this.once.complete(`${repositoryPath(repository)}/${name}`);
    }
    for (const name of await this.once.names(folders.once))
      await this.once.complete(`${folders.once}/${name}`);
    const used = await this.once.names(folders.state);
    const versions = used.flatMap((name) =>
      name.startsWith(accessPrefix) ? [Number(name.slice(accessPrefix.length))] : [],
    );
    this.version = Math.max(0, ...versions);
    const text = await small(this.store.path(scrubFile));
    this.scrubbed = text === undefined ? undefined : (JSON.parse(text) as ScrubStatus);
  }

  /** Whether these are the guest's own, and no older ones than were used before. */
  async admits({ user, password }: { user: string; password: string }): Promise<boolean> {
    const named: Named = this.settings;
    if (user !== named.guest) return false;
    const version = versionOfPassword(password, named, this.settings.publicKey);
    if (version === undefined || version < this.version) return false;
    if (version > this.version) {
      this.version = version;
      // A later start must not admit the older one again.
      await this.once.put(`${folders.state}/${accessPrefix}${version}`, Buffer.from(`${version}\n`));
    }
    return true;
  }

  async status(): Promise<VaultStatus> {
    const generations = await keptGenerations(this.store);
    return {
      guest: this.settings.guest,
      quotaBytes: this.settings.quotaBytes,
      usedBytes: this.store.space.used,
      generations: generations.map(({ until, isComplete, ...repository }) => ({
        name: repositoryPath(repository),
        until,
        isComplete,
      })),
      scrub: this.scrubbed,
      quarantined: await quarantined(this.store),
      aside: await aside(this.store),
    };
  }

  /** Looks at every file, when the last look is longer ago than that. */
  async scrubWhenDue({
    everyMs,
    rest,
    now,
  }: {
    everyMs: number;
    rest: number;
    now: () => Date;
  }): Promise<ScrubStatus | undefined> {
    const last = this.scrubbed && Date.parse(this.scrubbed.finished);
    if (last !== undefined && now().getTime() - last < everyMs) return undefined;
    this.scrubbed = await scrub(this.store, { rest, now });
    await this.note(this.scrubbed);
    return this.scrubbed;
  }

  private async note(scrubbed: ScrubStatus): Promise<void> {
    const part = await this.store.write((handle) => handle.writeFile(`${JSON.stringify(scrubbed)}\n`));
    try {
      await part.replace(this.store.path(scrubFile));
    } finally {
      await part.drop();
    }
  }

  retire(now: Date): Promise<Removal[]> {
    return retire(this.store, now);
  }
}
