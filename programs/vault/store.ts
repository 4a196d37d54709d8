import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, opendir, readdir, readFile, rm, stat, unlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { Readable } from "node:stream";
import {
  type FileType,
  fileName,
  fileTypes,
  isServiceName,
  type Repository,
  readRepository,
  repositoryPath,
} from "../../components/recovery/vault/names.ts";
import { codeOf, ifThere, makeFolders, move, type PendingFile, syncFolder, written } from "./durable.ts";
import { block, blocksOf, Space } from "./space.ts";

/** Result of an upload. */
export type Brought =
  /** It is kept, from now on or already. */
  | "kept"
  /** Something else has that name. */
  | "taken"
  /** It is not what its name says. */
  | "wrong"
  | "too large"
  | "no space"
  /** The repository was not created. */
  | "no repository";

/** A stored file. */
export interface StoredFile {
  length: number;
  open(range: { start: number; end: number }): Readable;
}

/** The longest file of each kind, bytes. restic makes packs of 128 MiB at most, and ends one with the next blob. */
const largestFile: Readonly<Record<FileType, number>> = {
  data: 256 * 1024 * 1024,
  index: 256 * 1024 * 1024,
  keys: 64 * 1024,
  locks: 4096,
  snapshots: 1024 * 1024,
};

/** The most locks of a repository: one that works has a few. */
const mostLocks = 100;

/** Folders of the vault beside those of services, whose names begin with a letter. */
export const folders = {
  incoming: ".incoming",
  once: ".once",
  quarantine: ".quarantine",
  aside: ".aside",
  state: ".state",
} as const;

/**
 * The volume of a vault: restic repositories in restic's own layout, so that restic can open them on the volume. A
 * file has its name only when all of it is on the disk and its SHA-256 is that name; nothing is ever replaced.
 */
export class Store {
  /** Folders that are known to be on the disk. */
  private readonly shelves = new Set<string>();

  private constructor(
    readonly folder: string,
    readonly space: Space,
  ) {}

  /** Opens a volume: what was being uploaded when the vault ended is dropped, what there is is counted. */
  static async open(folder: string, quota: number): Promise<Store> {
    await rm(join(folder, folders.incoming), { recursive: true, force: true });
    const all: string[] = Object.values(folders);
    await makeFolders(...all.map((name) => join(folder, name)));
    const ours = (await readdir(folder)).filter((name) => isServiceName(name) || all.includes(name));
    return new Store(
      folder,
      await Space.of(
        ours.map((name) => join(folder, name)),
        quota,
      ),
    );
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  private pathOf(repository: Repository, type: FileType, name: string): string {
    const shelf = type === "data" ? [name.slice(0, 2)] : [];
    return this.path(repositoryPath(repository), type, ...shelf, name);
  }

  /** Makes the folders of a repository; it may be there already. */
  async create(repository: Repository): Promise<Brought> {
    const root = this.path(repositoryPath(repository));
    const below = fileTypes.map((type) => join(root, type));
    const wanted = [this.path(repository.service), root, ...below];
    const size = wanted.length * block;
    if (!this.space.take(size)) return (await isThere(below.at(-1) ?? root)) ? "kept" : "no space";
    try {
      this.space.give(size - (await makeFolders(...wanted)) * block);
      return "kept";
    } catch (error) {
      this.space.give(size);
      if (isFull(error)) return "no space";
      throw error;
    }
  }

  /** The repositories that there are. */
  async repositories(): Promise<Repository[]> {
    const services = (await readdir(this.folder)).filter(isServiceName);
    const found = await Promise.all(
      services.map(async (service) =>
        (await readdir(this.path(service))).flatMap(
          (generation) => readRepository(`${service}/${generation}`) ?? [],
        ),
      ),
    );
    return found.flat().sort((one, other) => (repositoryPath(one) < repositoryPath(other) ? -1 : 1));
  }

  /** Files of one kind; undefined if there is no such repository. */
  async list(repository: Repository, type: FileType): Promise<{ name: string; size: number }[] | undefined> {
    const root = this.path(repositoryPath(repository), type);
    if (type !== "data") return ifThere(() => filesIn(root));
    const shelves = await ifThere(() => readdir(root));
    if (shelves === undefined) return undefined;
    const found: { name: string; size: number }[] = [];
    for (const shelf of shelves) found.push(...(await filesIn(join(root, shelf))));
    return found;
  }

  /** Whether there is a file of a kind. A day of a database's log has thousands, of which the first is enough. */
  async holds(repository: Repository, type: Exclude<FileType, "data">): Promise<boolean> {
    const folder = await ifThere(() => opendir(this.path(repositoryPath(repository), type)));
    if (folder === undefined) return false;
    for await (const { name } of folder) if (fileName.test(name)) return true;
    return false;
  }

  /** A file of a repository; undefined if it is not there. */
  async find(repository: Repository, type: FileType, name: string): Promise<StoredFile | undefined> {
    return stored(this.pathOf(repository, type, name));
  }

  /**
   * Keeps a file whose name is the SHA-256 of its content. Reads the upload even if the file exists, so that other
   * bytes are never reported as kept. One that changed since it came is set aside for it.
   */
  async put(
    repository: Repository,
    type: FileType,
    { name, length, pieces }: { name: string; length: number; pieces: AsyncIterable<Buffer> },
  ): Promise<Brought> {
    if (length > largestFile[type]) return "too large";
    const path = this.pathOf(repository, type, name);
    if (await isThere(path)) {
      if ((await digestOfFile(path)) === name) return (await digestOf(pieces)) === name ? "kept" : "taken";
      await ifThere(() => this.quarantine(relative(this.folder, path)));
    }
    if (!(await isThere(this.path(repositoryPath(repository), type)))) return "no repository";
    const size = blocksOf(length);
    const isLock = type === "locks";
    if (isLock && ((await this.list(repository, type)) ?? []).length >= mostLocks) return "no space";
    if (!(isLock ? this.space.takeForLock(size) : this.space.take(size))) return "no space";
    const brought = await this.receive(path, name, pieces).catch((error: unknown) => {
      this.space.give(size);
      if (isFull(error)) return "no space" as const;
      throw error;
    });
    if (brought !== "new") this.space.give(size);
    return brought === "new" ? "kept" : brought;
  }

  private async receive(
    path: string,
    name: string,
    pieces: AsyncIterable<Buffer>,
  ): Promise<"new" | "kept" | "wrong"> {
    const hash = createHash("sha256");
    const part = await this.write(async (handle) => {
      for await (const piece of pieces) {
        hash.update(piece);
        await handle.writeFile(piece);
      }
    });
    try {
      if (hash.digest("hex") !== name) return "wrong";
      await this.shelve(dirname(path));
      // Somebody else may have brought the same meanwhile.
      return (await part.keep(path)) ? "new" : "kept";
    } finally {
      await part.drop();
    }
  }

  /** Packs lie in 256 folders, which come with the first pack of each. */
  private async shelve(folder: string): Promise<void> {
    if (this.shelves.has(folder)) return;
    this.space.add(block * (await makeFolders(folder)));
    // Somebody else may have made it, and not be done yet.
    await syncFolder(dirname(folder));
    this.shelves.add(folder);
  }

  write(write: (handle: FileHandle) => Promise<void>): Promise<PendingFile> {
    return written(this.path(folders.incoming), write);
  }

  /** Takes a lock away: the one thing that a guest may take away. */
  async unlock(repository: Repository, name: string): Promise<void> {
    const path = this.pathOf(repository, "locks", name);
    const lock = await ifThere(() => stat(path));
    // Of two who take one away, the second finds none.
    const gone = lock && (await ifThere(() => unlink(path).then(() => true)));
    if (gone) this.space.give(blocksOf(lock.size));
  }

  /** Takes a generation out of what is served, to a folder of the vault's own. */
  async moveAway(repository: Repository, target: string): Promise<void> {
    const root = this.path(repositoryPath(repository));
    await move(root, target);
    // Its guest may create it anew.
    for (const shelf of this.shelves) if (shelf.startsWith(`${root}/`)) this.shelves.delete(shelf);
  }

  /** Puts a file aside that is not what its name says. */
  async quarantine(file: string): Promise<void> {
    const parts = file.split("/");
    const folder = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join("/"));
    this.space.add(block * (await makeFolders(...folder.map((each) => this.path(folders.quarantine, each)))));
    await move(this.path(file), this.path(folders.quarantine, `${file}.${Date.now()}`));
  }
}

async function filesIn(folder: string): Promise<{ name: string; size: number }[]> {
  const found: { name: string; size: number }[] = [];
  for (const name of await readdir(folder)) {
    const info = fileName.test(name) ? await ifThere(() => stat(join(folder, name))) : undefined;
    if (info !== undefined) found.push({ name, size: info.size });
  }
  return found;
}

export async function isThere(path: string): Promise<boolean> {
  return (await ifThere(() => stat(path))) !== undefined;
}

/** A file as it is answered; undefined if it is not there. */
export async function stored(path: string): Promise<StoredFile | undefined> {
  const info = await ifThere(() => stat(path));
  if (info === undefined) return undefined;
  return { length: info.size, open: ({ start, end }) => createReadStream(path, { start, end }) };
}

async function digestOf(pieces: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

/** SHA-256 of a file, piece by piece. */
export async function digestOfFile(path: string): Promise<string> {
  return digestOf(createReadStream(path) as AsyncIterable<Buffer>);
}

/** Whether the disk or its quota is full. */
export function isFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes(codeOf(error) ?? "");
}

/** A small file, whole; undefined if it is not there. */
export function small(path: string): Promise<string | undefined> {
  return ifThere(() => readFile(path, "utf8"));
}
