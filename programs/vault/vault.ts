import { firstIncarnation, latestIncarnation } from "../../components/recovery/incarnation.ts";
import { mayFollow } from "../../components/recovery/points/numbers.ts";
import {
  everyService,
  type Vault as Named,
  type Pass,
  readPassword,
} from "../../components/recovery/vault/access.ts";
import {
  type Repository,
  readOnce,
  repositoryPath,
  statements,
} from "../../components/recovery/vault/names.ts";
import { hasBegun, keptUntil } from "../../components/recovery/vault/retention.ts";
import type {
  ScrubStatus,
  Usage,
  VaultSettings,
  VaultStatus,
} from "../../components/recovery/vault/settings.ts";
import { aside, keptGenerations, type Removal, retire } from "./generations.ts";
import { Once } from "./once.ts";
import { quarantined, scrub } from "./scrub.ts";
import { blocksOf } from "./space.ts";
import { type Brought, folders, isThere, Store, small } from "./store.ts";

/** Facts that a vault itself remembers from one start to the next, each in a file that is replaced as a whole. */
interface Remembered {
  scrub: ScrubStatus;
  usage: Usage[];
  /** The newest version of the password that was used, and the latest site that has written. */
  access: { version: number; incarnation?: number };
}

/** Days for which it remembers how full it was. */
const rememberedDays = 31;

/** One guest's vault: what it keeps, who may use it, and the host's part, which needs no key. */
export class Vault {
  readonly once: Once;
  private version = 0;
  private incarnation = firstIncarnation;
  private scrubbed: ScrubStatus | undefined;
  private usage: Usage[] = [];
  /** Two who write the same file at a time: the second waits. */
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly store: Store,
    private readonly settings: VaultSettings,
    private readonly now: () => Date,
  ) {
    this.once = new Once(store);
  }

  static async open(folder: string, settings: VaultSettings, now = () => new Date()): Promise<Vault> {
    const vault = new Vault(await Store.open(folder, settings.quotaBytes), settings, now);
    await vault.load();
    return vault;
  }

  private async load(): Promise<void> {
    for (const repository of await this.store.repositories()) {
      for (const name of ["config", ...statements])
        await this.once.complete(`${repositoryPath(repository)}/${name}`);
    }
    const names = await this.once.names(folders.once);
    for (const name of names) await this.once.complete(`${folders.once}/${name}`);
    const access = await this.recall("access");
    this.version = access?.version ?? 0;
    this.incarnation = Math.max(access?.incarnation ?? firstIncarnation, latestIncarnation(names));
    this.scrubbed = await this.recall("scrub");
    this.usage = (await this.recall("usage")) ?? [];
  }

  /** Returns what a password opens; undefined if it is not the guest's, or older than one that was used before. */
  async admits({ user, password }: { user: string; password: string }): Promise<Pass | undefined> {
    const named: Named = this.settings;
    if (user !== named.guest) return undefined;
    const pass = readPassword(password, named, this.settings.publicKey);
    if (pass === undefined || pass.version < this.version) return undefined;
    if (pass.version > this.version) {
      this.version = pass.version;
      await this.rememberAccess();
    }
    return pass;
  }

  /** Whether a site of the guest's may bring something: none may that a later one has followed. */
  async takesFrom({ incarnation }: Pass): Promise<boolean> {
    if (incarnation < this.incarnation) return false;
    if (incarnation > this.incarnation) {
      this.incarnation = incarnation;
      await this.rememberAccess();
    }
    return true;
  }

  /** A later start must not admit an older password again, nor take anything from an older site. */
  private rememberAccess(): Promise<void> {
    return this.remember("access", { version: this.version, incarnation: this.incarnation });
  }

  /**
   * Makes a repository if there is none, and records until when it is kept: the host computes that from the name of
   * the generation and from how long the password's signature says that copies are kept.
   */
  async begin(repository: Repository, { keepDays }: Pass): Promise<Brought | "not yet"> {
    if (!hasBegun(repository.generation, this.now())) return "not yet";
    const brought = await this.store.create(repository);
    const until = keptUntil(repository.generation, keepDays);
    if (brought !== "kept" || until === undefined) return brought;
    const said = await this.once.put(`${repositoryPath(repository)}/until`, Buffer.from(until));
    // It was begun before, when copies were kept for another while.
    return said === "taken" ? "kept" : said;
  }

  /**
   * Keeps a small file under a name that is created once. Nothing is begun for a time to come, and no point has a number
   * after which hardly another one is left: whoever holds a service's password for a day could end its points for good.
   */
  async create(name: string, bytes: Buffer): Promise<Brought | "not yet" | "too far"> {
    const read = readOnce(name);
    if (read?.is === "begun" && !hasBegun(read.generation, this.now())) return "not yet";
    if (read?.is === "point" && !mayFollow(read.sequence, await this.numbersOf(read.service)))
      return "too far";
    return this.once.put(`${folders.once}/${name}`, bytes);
  }

  private async numbersOf(service: string): Promise<number[]> {
    const all = (await this.once.names(folders.once)).map(readOnce);
    return all.flatMap((read) => (read?.is === "point" && read.service === service ? [read.sequence] : []));
  }

  /** Returns the status of what a password opens; of everything if none is given, for the host's own metrics. */
  async status({ service }: Pick<Pass, "service"> = { service: everyService }): Promise<VaultStatus> {
    const isOpen = (path: string) => service === everyService || path.split("/").includes(service);
    const generations = (await keptGenerations(this.store)).filter((each) => isOpen(each.service));
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
      usage: this.usage,
      quarantined: (await quarantined(this.store)).filter(isOpen),
      aside: (await aside(this.store)).filter(isOpen),
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

  /** Remembers how full it is, once a day. */
  async noteUsage(now: Date): Promise<void> {
    const at = now.toISOString();
    if (this.usage.at(-1)?.at.slice(0, 10) === at.slice(0, 10)) return;
    this.usage = [...this.usage, { at, usedBytes: this.store.space.used }].slice(-rememberedDays);
    await this.remember("usage", this.usage);
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
