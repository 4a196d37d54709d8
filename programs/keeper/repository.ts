import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { endWhenStill } from "../../components/foundation/program/still.ts";
import type { VaultAccess } from "../../components/recovery/vault/access.ts";
import { generationTag } from "../../components/recovery/vault/generation.ts";
import type { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { checkWords, problemFound } from "../../components/recovery/vault/restic-check.ts";
import { resticLocation } from "../../components/recovery/vault/restic-location.ts";
import { type Ended, reasonOf, run } from "./run.ts";

/** Paths that restic needs. */
export interface ResticPlaces {
  /** The program. */
  restic: string;
  /** File with the password of the repositories. */
  passwordFile: string;
  /** Folder for addresses, which hold the vault's password: in memory. */
  addresses: string;
  cache: string;
  /** Certificates of authorities; the system's when absent. */
  authorities: string | undefined;
  /** Folder that outlasts restarts: repositories that are begun here. */
  begun: string;
}

/** A snapshot that was taken. */
export interface Taken {
  snapshot: string;
  files: number;
  bytes: number;
}

export interface BackupOptions {
  tags: readonly string[];
  cwd?: string;
  /** Time after which it is given up if nothing moved. */
  stillMs?: number;
  signal?: AbortSignal | undefined;
}

type ResticOptions = Omit<BackupOptions, "tags"> & { env?: Record<string, string> };

/** Owner of the repositories. */
export interface RepositoriesOf {
  commune: string;
  service: string;
  /** Copies a repository from another vault, if one gives it; absent for programs that begin none. */
  bring?: (path: string) => Promise<void>;
}

/** The repositories of one service in one vault, by their generations. */
export class Repositories {
  constructor(
    private readonly places: ResticPlaces,
    private readonly vault: { open: OpenVault; access: VaultAccess },
    private readonly of: RepositoriesOf,
  ) {}

  /**
   * Makes a repository if there is none. It is made here and uploaded: if restic is killed while it makes one in a
   * vault that lets nobody delete, it leaves a key without a repository, and the name can never be used again.
   */
  async ensure(generation: string): Promise<void> {
    const path = this.path(generation);
    const isThere = async () => (await this.vault.open.get(`${path}/config`)) !== undefined;
    if (await isThere()) return;
    await this.of.bring?.(path);
    if (await isThere()) return;
    // One for all vaults: one that begins at the second while the first is unavailable is copied to the first later.
    const begun = join(this.places.begun, generation);
    if (!existsSync(begun)) await this.begin(begun);
    await this.vault.open.put(`${path}/?create=true`);
    for (const key of await readdir(join(begun, "keys"))) {
      await this.vault.open.put(`${path}/keys/${key}`, await bytesOf(join(begun, "keys", key)));
    }
    // Refused there when somebody else began one of the same name.
    await this.vault.open.put(`${path}/config`, await bytesOf(join(begun, "config")));
  }

  /** Takes a snapshot of a folder. Throws unless all of it was read. */
  async backUp(generation: string, paths: readonly string[], options: BackupOptions): Promise<Taken> {
    return this.take(generation, [...paths], options);
  }

  /** Takes a snapshot of what a command says. Throws unless the command ended well and all of it was read. */
  async backUpOutput(
    generation: string,
    name: string,
    command: readonly string[],
    options: BackupOptions & { env: Record<string, string> },
  ): Promise<Taken> {
    return this.take(
      generation,
      ["--stdin-filename", name, "--stdin-from-command", "--", ...command],
      options,
    );
  }

  /** The tags of every snapshot of a generation, by its id. */
  async snapshots(
    generation: string,
    tag: string,
    options: Pick<BackupOptions, "stillMs"> = {},
  ): Promise<{ id: string; tags: string[] }[]> {
    const words = ["snapshots", "--json", "--no-lock", "--tag", tag];
    const { out } = await this.restic(generation, words, options);
    const found = JSON.parse(out) as { id: string; tags?: string[] }[] | null;
    return (found ?? []).map(({ id, tags = [] }) => ({ id, tags }));
  }

  /** Sizes of the files of a snapshot: what is really there, not what was meant to be. */
  async filesOf(generation: string, snapshot: string): Promise<number[]> {
    const { out } = await this.restic(generation, ["ls", "--json", "--no-lock", snapshot]);
    return out.split("\n").flatMap((line) => {
      if (line === "") return [];
      const { type, size = 0 } = JSON.parse(line) as { type?: string; size?: number };
      return type === "file" ? [size] : [];
    });
  }

  /** Checks a generation. Returns why it is not whole; undefined if it is. Throws if restic could not check all of it. */
  async check(generation: string): Promise<string | undefined> {
    const ended = await this.tried(generation, checkWords);
    return problemFound({ code: ended.code, said: ended.err });
  }

  /**
   * Reads one part of a generation's packs, of so many. Returns why they are not what they were; undefined if they are.
   * Throws if restic could not read all of the part.
   */
  async checkPart(
    generation: string,
    { part, parts }: { part: number; parts: number },
  ): Promise<string | undefined> {
    const words = [...checkWords, `--read-data-subset=${part}/${parts}`];
    const ended = await this.tried(generation, words);
    return problemFound({ code: ended.code, said: ended.err });
  }

  /** Restores a folder of a snapshot: `<id>:/wal`. */
  async restore(generation: string, what: string, target: string): Promise<void> {
    await this.restic(generation, ["restore", "--no-lock", what, "--target", target]);
  }

  /** Writes a file of a snapshot. Throws unless all of it was there. */
  async dumpInto(generation: string, snapshot: string, name: string, target: Writable): Promise<void> {
    const restic = spawn(this.places.restic, ["--quiet", "dump", "--no-lock", snapshot, name], {
      env: { ...process.env, ...(await this.environment(generation)) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    endWhenStill(restic);
    restic.stdout.pipe(target);
    const code = await new Promise((resolve, reject) => {
      restic.on("error", reject);
      target.on("error", reject);
      restic.on("close", resolve);
    });
    if (code !== 0) throw new Error(`restic dump ended with ${code}`);
  }

  /** Counts the tables whose rows a dump has: reads from the vault until nothing more about tables follows. */
  async tablesIn(generation: string, snapshot: string, name: string): Promise<number> {
    const env = await this.environment(generation);
    const restic = spawn(this.places.restic, ["--quiet", "dump", "--no-lock", snapshot, name], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const list = spawn("pg_restore", ["--list"], { stdio: ["pipe", "pipe", "ignore"] });
    // The list is at the beginning: who reads it stops there.
    restic.stdout.pipe(list.stdin).on("error", () => restic.kill());
    endWhenStill(restic);
    let said = "";
    list.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const code = await new Promise((resolve, reject) => {
      list.on("error", reject);
      restic.on("error", reject);
      list.on("close", resolve);
    });
    restic.kill();
    if (code !== 0) throw new Error(`pg_restore cannot read the dump ${name} in the vault`);
    return said.split("\n").filter((line) => line.includes(" TABLE DATA ")).length;
  }

  /** Declares that it contains a whole restore point. */
  async declareComplete(generation: string): Promise<void> {
    await this.vault.open.put(`${this.path(generation)}/complete`, Buffer.from("yes"));
  }

  private async take(
    generation: string,
    words: readonly string[],
    { tags, ...options }: BackupOptions & { env?: Record<string, string> },
  ): Promise<Taken> {
    await this.ensure(generation);
    await this.unlock(generation);
    const { out } = await this.restic(
      generation,
      [
        ...["backup", "--json", "--host", this.of.commune, "--retry-lock", "2m", "--ignore-ctime"],
        ...[generationTag(generation), ...tags].flatMap((tag) => ["--tag", tag]),
        ...words,
      ],
      options,
    );
    const summary = out
      .split("\n")
      .filter((line) => line.includes('"message_type":"summary"'))
      .map(
        (line) =>
          JSON.parse(line) as {
            snapshot_id?: string;
            total_files_processed: number;
            total_bytes_processed: number;
          },
      )
      .at(-1);
    if (summary?.snapshot_id === undefined) throw new Error("restic ended well and took no snapshot.");
    return {
      snapshot: summary.snapshot_id,
      files: summary.total_files_processed,
      bytes: summary.total_bytes_processed,
    };
  }

  /**
   * Removes all locks. Nobody takes an exclusive one, because nothing is ever removed; one that restic cannot open would stop
   * every backup, whoever left it there.
   */
  private async unlock(generation: string): Promise<void> {
    const locks = await this.vault.open.list(this.path(generation), "locks");
    if (locks.size > 0) await this.restic(generation, ["unlock", "--remove-all"]);
  }

  private async restic(
    generation: string,
    words: readonly string[],
    options: ResticOptions = {},
  ): Promise<Ended> {
    const ended = await this.tried(generation, words, options);
    // 3 is a snapshot of a part, and whatever is unknown is no success.
    if (ended.code !== 0) throw new Error(reasonOf(`restic ${words[0]}`, ended));
    return ended;
  }

  private async tried(
    generation: string,
    words: readonly string[],
    options: ResticOptions = {},
  ): Promise<Ended> {
    const env = { ...options.env, ...(await this.environment(generation)) };
    return run(this.places.restic, ["--quiet", ...words], { ...options, env });
  }

  private async environment(generation: string): Promise<Record<string, string>> {
    const { passwordFile, cache, authorities } = this.places;
    const { repository, environment } = resticLocation(this.vault.access, this.path(generation));
    return {
      ...environment,
      RESTIC_REPOSITORY_FILE: await this.addressFile(repository),
      RESTIC_PASSWORD_FILE: passwordFile,
      RESTIC_CACHE_DIR: cache,
      ...(authorities !== undefined && { RESTIC_CACERT: authorities }),
      TZ: "UTC",
    };
  }

  private async addressFile(text: string): Promise<string> {
    const name = createHash("sha256").update(text).digest("hex").slice(0, 16);
    const file = join(this.places.addresses, name);
    // At once: another restic may be reading it.
    const draft = `${file}.${randomUUID()}`;
    await writeFile(draft, text, { mode: 0o600 });
    await rename(draft, file);
    return file;
  }

  private async begin(folder: string): Promise<void> {
    const draft = `${folder}.new`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    const { restic, passwordFile } = this.places;
    const ended = await run(restic, ["--quiet", "--no-cache", "init"], {
      env: { RESTIC_REPOSITORY: draft, RESTIC_PASSWORD_FILE: passwordFile, TZ: "UTC" },
    });
    if (ended.code !== 0) throw new Error(reasonOf("restic init", ended));
    await rename(draft, folder);
  }

  private path(generation: string): string {
    return `${this.of.service}/${generation}`;
  }
}

async function bytesOf(file: string): Promise<Buffer<ArrayBuffer>> {
  return Buffer.from(await readFile(file));
}
