import { fileName, isNamed, readRepository } from "./names.ts";
import { type CopiedVault, copiedTypes } from "./open-vault.ts";

/** Result of a copy. */
export interface Copied {
  repositories: number;
  /** Files that the other vault did not have, and their bytes. */
  files: number;
  bytes: number;
}

/**
 * Tells what of a repository its guest wrote, by means of its password. A name that is the hash of the contents says
 * nothing about the author, and at a vault that nobody can delete from, one index that restic cannot read stops every
 * backup and restore.
 */
export interface Judge {
  /**
   * Opens a repository. Throws if none of the keys opens it.
   *
   * @param path `nextcloud/files-2026q4`.
   */
  open(path: string, config: Buffer, keys: ReadonlyMap<string, Buffer>): Promise<Opened>;
}

/** An opened repository, which tells what the guest wrote. */
export interface Opened {
  /** Names of the keys that open it. */
  keys: readonly string[];
  /** Returns the names of the packs in an index. Throws if it is not the guest's. */
  packsIn(name: string, index: Buffer): Promise<readonly string[]>;
  /** Returns the generation that a snapshot says it was taken in; undefined if it says none. Throws if it is not the guest's. */
  generationIn(name: string, snapshot: Buffer): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Options of a copy. */
export interface Copying {
  judge: Judge;
  /** The repositories; all of them when absent. */
  only?: readonly string[] | undefined;
  /** Snapshots that the source must provide, by repository: those that were just taken. */
  must?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Configurations by repository, where it is known which ones it may have: another one is not brought. */
  configs?: Readonly<Record<string, readonly Buffer[]>>;
  /** Called for each repository when its copy begins. */
  report?: (line: string) => void;
}

/**
 * Copies to one vault the files that another one has and it lacks, unchanged, if the guest wrote them. Files that went
 * into quarantine at the target are thereby restored. Throws if a file does not match its name, or is not the guest's;
 * that file is not copied, and everything independent of it is. A repository comes under its own name alone: a host could
 * give one under a thousand, which would fill the other vault.
 */
export async function copyVault(
  from: CopiedVault,
  to: CopiedVault,
  { judge, only, must = {}, configs = {}, report = () => undefined }: Copying,
): Promise<Copied> {
  const known = (await from.status()).generations.flatMap(({ name }) => (readRepository(name) ? [name] : []));
  const missing = only?.find((name) => !known.includes(name));
  if (missing !== undefined) {
    throw new Error(
      `the vault at ${from.host} has no ${missing}. It has: ${known.join(", ") || "nothing yet"}.`,
    );
  }
  const { quarantined } = await to.status();
  const sum: Copied = { repositories: 0, files: 0, bytes: 0 };
  const strange: string[] = [];
  for (const path of only ?? known) {
    report(path);
    const copy = new RepositoryCopy(from, to, path);
    const wanted = { must: must[path] ?? [], expected: configs[path], quarantined };
    strange.push(...(await copy.bring(judge, wanted)));
    sum.repositories += 1;
    sum.files += copy.files;
    sum.bytes += copy.bytes;
  }
  if (strange.length > 0) {
    throw new Error(
      `the vault at ${from.host} gives what this commune did not write there, and nothing of that was brought: ${strange.join("; ")}`,
    );
  }
  return sum;
}

type Kind = (typeof copiedTypes)[number];

/** Contents that a copy of a repository needs, and files that went into quarantine at the target. */
interface Wanted {
  must: readonly string[];
  /** Configurations that it may have; undefined if none is known. */
  expected: readonly Buffer[] | undefined;
  quarantined: readonly string[];
}

/** Number of keys that restic tries at most. */
const mostKeys = 20;

class RepositoryCopy {
  files = 0;
  bytes = 0;
  private readonly strange: string[] = [];

  constructor(
    private readonly from: CopiedVault,
    private readonly to: CopiedVault,
    private readonly path: string,
  ) {}

  /** Brings what is missing, and returns what was not brought since the guest did not write it there. */
  async bring(judge: Judge, { must, expected, quarantined }: Wanted): Promise<readonly string[]> {
    const config = await this.from.get(`${this.path}/config`);
    // Created and empty: there is nothing to open.
    if (config === undefined) return [];
    if (expected?.every((each) => !config.equals(each))) return [`${this.path} (another repository)`];
    const isNew = (await this.to.get(`${this.path}/config`)) === undefined;
    const twin = isNew ? await this.twin(config) : undefined;
    if (twin !== undefined) return [`${this.path} (it is ${twin})`];
    const returning = quarantinedIn(this.path, quarantined);
    if (!isNew && returning.length === 0 && (await this.isCopied(must))) {
      await this.begin();
      return [];
    }
    const keys = new Map<string, Buffer>();
    for (const name of (await this.listed(this.from, "keys")).slice(0, mostKeys)) {
      const bytes = await this.fetched("keys", name);
      if (bytes !== undefined) keys.set(name, bytes);
    }
    const opened = await judge.open(this.path, config, keys);
    try {
      const packs = new Set(returning);
      const index = await this.genuine("index", async (name, bytes) => {
        for (const pack of await opened.packsIn(name, bytes)) packs.add(pack);
      });
      const snapshots = await this.genuine("snapshots", (name, bytes) =>
        this.refuseOther(opened, name, bytes),
      );
      await this.refuseWithout(must, snapshots);
      // Nothing says that it has this name; where snapshots are there already, it has lost its configuration.
      if (isNew && snapshots.length === 0 && (await this.listed(this.to, "snapshots")).length === 0)
        return this.strange;
      await this.write(config, {
        keys: await this.missing("keys", (name) => opened.keys.includes(name)),
        data: await this.missing("data", (name) => packs.has(name)),
        index,
        snapshots,
      });
      return this.strange;
    } finally {
      await opened.close();
    }
  }

  /** Returns the other name under which the target has this repository; undefined if it has it under none. */
  private async twin(config: Buffer): Promise<string | undefined> {
    const service = readRepository(this.path)?.service;
    for (const { name } of (await this.to.status()).generations) {
      if (name === this.path || readRepository(name)?.service !== service) continue;
      if ((await this.to.get(`${name}/config`))?.equals(config)) return name;
    }
    return undefined;
  }

  /** Throws if a snapshot is not the guest's, or was taken in another generation. */
  private async refuseOther(opened: Opened, name: string, bytes: Buffer): Promise<void> {
    const generation = await opened.generationIn(name, bytes);
    if (generation !== undefined && generation !== readRepository(this.path)?.generation)
      throw new Error(`it is of ${generation}`);
  }

  /** Whether everything that refers to packs is there. A pack that nothing refers to was left by a killed backup. */
  private async isCopied(must: readonly string[]): Promise<boolean> {
    const there = new Set(await this.listed(this.to, "snapshots"));
    if (must.some((name) => !there.has(name))) return false;
    for (const kind of ["keys", "index", "snapshots"] as const) {
      if ((await this.missing(kind)).length > 0) return false;
    }
    return true;
  }

  /** Names that are missing there, of which what is behind them is the guest's. */
  private async genuine(
    kind: "index" | "snapshots",
    isOurs: (name: string, bytes: Buffer) => Promise<unknown>,
  ): Promise<string[]> {
    const found: string[] = [];
    for (const name of await this.missing(kind)) {
      const bytes = await this.fetched(kind, name);
      if (bytes === undefined) continue;
      try {
        await isOurs(name, bytes);
        found.push(name);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.strange.push(`${this.path}/${kind}/${name} (${why})`);
      }
    }
    return found;
  }

  /** An older state of a repository, or another one in its place, is whole and opens as well. */
  private async refuseWithout(must: readonly string[], snapshots: readonly string[]): Promise<void> {
    if (must.every((name) => snapshots.includes(name))) return;
    const there = await this.listed(this.to, "snapshots");
    const lost = must.filter((name) => !snapshots.includes(name) && !there.includes(name));
    if (lost.length > 0) {
      throw new Error(
        `the vault at ${this.from.host} does not give ${lost.join(", ")} of ${this.path}, which was just brought to it. Nothing of it was brought to ${this.to.host}.`,
      );
    }
  }

  /** In the order in which what refers to others comes after them: a copy that is broken off is litter, and no wrong point. */
  private async write(config: Buffer<ArrayBuffer>, names: Readonly<Record<Kind, readonly string[]>>) {
    await this.begin();
    if ((await this.to.get(`${this.path}/config`)) === undefined) this.count(config);
    // The vault refuses another repository of the same name.
    await this.to.put(`${this.path}/config`, config);
    for (const kind of copiedTypes) {
      for (const name of names[kind]) {
        const bytes = await this.fetched(kind, name);
        if (bytes === undefined) continue;
        await this.to.put(`${this.path}/${kind}/${name}`, bytes);
        this.count(bytes);
      }
    }
  }

  /** The host also records anew until when it keeps the repository, if that was set aside as changed. */
  private begin(): Promise<void> {
    return this.to.put(`${this.path}/?create=true`);
  }

  private count(bytes: Buffer): void {
    this.files += 1;
    this.bytes += bytes.length;
  }

  private async listed(vault: CopiedVault, kind: Kind): Promise<string[]> {
    return [...(await vault.list(this.path, kind)).keys()].filter((name) => fileName.test(name));
  }

  private async missing(kind: Kind, isWanted: (name: string) => boolean = () => true): Promise<string[]> {
    const there = new Set(await this.listed(this.to, kind));
    return (await this.listed(this.from, kind)).filter((name) => !there.has(name) && isWanted(name));
  }

  /** A file, undefined where it was put into quarantine meanwhile. Throws where it is not what its name says. */
  private async fetched(kind: Kind, name: string): Promise<Buffer<ArrayBuffer> | undefined> {
    const path = `${this.path}/${kind}/${name}`;
    const bytes = await this.from.get(path);
    if (bytes !== undefined && !isNamed(name, bytes)) {
      throw new Error(
        `what the vault at ${this.from.host} has as ${path} is not what its name says. Nothing of it was brought.`,
      );
    }
    return bytes;
  }
}

/** Returns packs that existed once: their names are the hashes of what the guest brought. */
function quarantinedIn(path: string, quarantined: readonly string[]): string[] {
  return quarantined.flatMap((each) =>
    each.startsWith(`${path}/data/`) ? (/\/([0-9a-f]{64})\.\d+$/.exec(each)?.[1] ?? []) : [],
  );
}
