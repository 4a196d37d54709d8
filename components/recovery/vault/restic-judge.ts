import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Judge, Opened } from "./copy.ts";
import { taggedGeneration } from "./generation.ts";

const run = promisify(execFile);

/** Longest index that is read, as JSON, bytes: restic starts another one after 50,000 blobs. */
const longestIndex = 256 * 1024 * 1024;

/** Access to restic. */
export interface Asked {
  /** The program. */
  restic: string;
  /** Environment with the password of a service's repositories: `RESTIC_PASSWORD` or `RESTIC_PASSWORD_FILE`. */
  passwordOf(service: string): Readonly<Record<string, string>>;
}

/**
 * Lets restic open, in a folder of this machine, what a vault gives: anything that it cannot open was written by
 * somebody without the password.
 */
export class ResticJudge implements Judge {
  constructor(private readonly asked: Asked) {}

  async open(path: string, config: Buffer, keys: ReadonlyMap<string, Buffer>): Promise<Opened> {
    const folder = await mkdtemp(join(tmpdir(), "repository-"));
    try {
      for (const kind of ["keys", "index", "snapshots", "data", "locks"]) await mkdir(join(folder, kind));
      await writeFile(join(folder, "config"), config);
      const opened = new OpenedFolder(
        folder,
        {
          ...this.asked.passwordOf(path.split("/")[0] ?? ""),
          RESTIC_REPOSITORY: folder,
          TZ: "UTC",
          PATH: process.env.PATH ?? "",
        },
        this.asked.restic,
      );
      await opened.tryKeys(keys);
      if (opened.keys.length === 0)
        throw new Error(`no key of ${path} opens it with this commune's password`);
      return opened;
    } catch (error) {
      await rm(folder, { recursive: true });
      throw error;
    }
  }
}

class OpenedFolder implements Opened {
  keys: readonly string[] = [];

  constructor(
    private readonly folder: string,
    private readonly env: Readonly<Record<string, string>>,
    private readonly restic: string,
  ) {}

  /** Each on its own: restic opens a repository with any of its keys, and passes over what is none. */
  async tryKeys(keys: ReadonlyMap<string, Buffer>): Promise<void> {
    const opening: string[] = [];
    for (const [name, bytes] of keys) {
      const file = join(this.folder, "keys", name);
      await writeFile(file, bytes);
      const opens = await this.cat("config").then(
        () => true,
        () => false,
      );
      if (opens) opening.push(name);
      await rm(file);
    }
    const [first] = opening;
    const bytes = first === undefined ? undefined : keys.get(first);
    if (first !== undefined && bytes !== undefined) await writeFile(join(this.folder, "keys", first), bytes);
    this.keys = opening;
  }

  async packsIn(name: string, index: Buffer): Promise<readonly string[]> {
    const text = await this.withFile("index", name, index);
    const { packs } = JSON.parse(text) as { packs: { id: string }[] };
    return packs.map(({ id }) => id);
  }

  async generationIn(name: string, snapshot: Buffer): Promise<string | undefined> {
    const { tags } = JSON.parse(await this.withFile("snapshot", name, snapshot)) as { tags?: string[] };
    return taggedGeneration(tags ?? []);
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  private async withFile(kind: "index" | "snapshot", name: string, bytes: Buffer): Promise<string> {
    const file = join(this.folder, kind === "index" ? "index" : "snapshots", name);
    await writeFile(file, bytes);
    try {
      return await this.cat(kind, name);
    } finally {
      await rm(file);
    }
  }

  private async cat(...what: string[]): Promise<string> {
    const words = ["--quiet", "--no-cache", "--no-lock", "cat", ...what];
    const { stdout } = await run(this.restic, words, {
      env: { ...this.env },
      timeout: 120_000,
      maxBuffer: longestIndex,
    });
    return stdout;
  }
}
