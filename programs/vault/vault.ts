import { type Vault as Named, versionOfPassword } from "../../components/recovery/vault/access.ts";
import { repositoryPath, statements } from "../../components/recovery/vault/names.ts";
import type { ScrubStatus, VaultSettings, VaultStatus } from "../../components/recovery/vault/settings.ts";
import { aside, keptGenerations, type Removal, retire } from "./generations.ts";
import { Once } from "./once.ts";
import { quarantined, scrub } from "./scrub.ts";
import { blocksOf } from "./space.ts";
import { folders, isThere, Store, small } from "./store.ts";

/** What a vault itself remembers from one start to the next, each in a file that is replaced as a whole. */
interface Remembered {
  scrub: ScrubStatus;
  /** The newest version of the password that was used. */
  access: { version: number };
}

/** One guest's vault: what it keeps, who may use it, and the host's part, which needs no key. */
export class Vault {
  readonly once: Once;
  private version = 0;
  private scrubbed: ScrubStatus | undefined;
  /** Two who write the same file at a time: the second waits. */
  private turn: Promise<unknown> = Promise.resolve();

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
    this.version = (await this.recall("access"))?.version ?? 0;
    this.scrubbed = await this.recall("scrub");
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
      await this.remember("access", { version });
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
    await this.remember("scrub", this.scrubbed);
    return this.scrubbed;
  }

  private async recall<Name extends keyof Remembered>(name: Name): Promise<Remembered[Name] | undefined> {
    const text = await small(this.fileOf(name));
    return text === undefined ? undefined : (JSON.parse(text) as Remembered[Name]);
  }

  private remember<Name extends keyof Remembered>(name: Name, value: Remembered[Name]): Promise<void> {
    const written = this.turn.then(() => this.note(name, value));
    this.turn = written.catch(() => {});
    return written;
  }

  /** Written whether its guest has room left or not: it is the vault's own. */
  private async note<Name extends keyof Remembered>(name: Name, value: Remembered[Name]): Promise<void> {
    const path = this.fileOf(name);
    const text = `${JSON.stringify(value)}\n`;
    const isNew = !(await isThere(path));
    const part = await this.store.write((handle) => handle.writeFile(text));
    try {
      await part.replace(path);
      if (isNew) this.store.space.add(blocksOf(text.length));
    } finally {
      await part.drop();
    }
  }

  private fileOf(name: keyof Remembered): string {
    return this.store.path(folders.state, `${name}.json`);
  }

  retire(now: Date): Promise<Removal[]> {
    return retire(this.store, now);
  }
}
