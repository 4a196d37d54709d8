import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { rootCertificates } from "node:tls";
import { endWhenStill, stillFor, stillMs, type Watched } from "../../components/foundation/program/still.ts";
import { workFiles } from "../../components/recovery/points/settings.ts";
import type { VaultAccess } from "../../components/recovery/vault/access.ts";
import { checkWords, problemFound } from "../../components/recovery/vault/restic-check.ts";
import { resticLocation } from "../../components/recovery/vault/restic-location.ts";
import type { Surroundings } from "./surroundings.ts";

/** Environment with which restic reaches a repository. No argument has a password in it, which `ps` would show. */
export function resticEnvironment(
  access: VaultAccess,
  path: string,
  { folders, password: own }: Pick<Surroundings, "folders" | "password">,
): Record<string, string> {
  const { repository, environment } = resticLocation(access, path);
  return {
    ...environment,
    RESTIC_REPOSITORY: repository,
    RESTIC_PASSWORD: own,
    RESTIC_CACHE_DIR: folders.cache,
    RESTIC_CACERT: join(folders.work, workFiles.roots),
    TZ: "UTC",
  };
}

/** Environment as a shell reads it. A key to a bucket is whatever its store has given. */
export function environmentText(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join("");
}

/** The authorities that Node knows, and the site's: the image has none of its own for restic. @param more PEM. */
export function writeRoots({ folders }: Pick<Surroundings, "folders">, more = ""): void {
  writeFileSync(join(folders.work, workFiles.roots), [...rootCertificates, more, ""].join("\n"));
}

interface RunOptions {
  line?: (text: string) => void;
  /** File that it reads as its standard input. */
  input?: string;
}

/** restic's summary of a backup. Source: restic, doc/075_scripting.rst. */
export interface Summary {
  snapshot_id: string;
  total_files_processed: number;
  total_bytes_processed: number;
}

/** A locked repository is asked again for two minutes. */
const lockedTries = 12;
const lockedRestMs = 10_000;

function endOf(code: number | null, { stoodStill }: Watched): string {
  return stoodStill ? `was ended: ${stillFor(stillMs)}` : `ended with ${code ?? "a signal"}`;
}

/** restic, in one repository. */
export class Restic {
  constructor(
    private readonly program: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /**
   * Runs it and gives each line that it prints. Anything but its exit code 0 is a failure: 3 means that it could not read
   * everything and made a snapshot all the same. Source: restic, doc/075_scripting.rst.
   */
  async run(words: readonly string[], options: RunOptions = {}): Promise<string> {
    for (let left = lockedTries; ; left -= 1) {
      const { code, last, said, watched } = await this.tried(words, options);
      if (code === 0) return last;
      // Somebody looks through the whole repository, which nobody else may use meanwhile.
      if (code === 11 && left > 0) await sleep(lockedRestMs);
      else throw new Error(`restic ${words[0]} ${endOf(code, watched)}: ${said.trim() || last}`);
    }
  }

  private async tried(words: readonly string[], { line, input = "/dev/null" }: RunOptions = {}) {
    const from = openSync(input, "r");
    const child = spawn(this.program, words, {
      env: { ...process.env, ...this.environment },
      stdio: [from, "pipe", "pipe"],
    });
    closeSync(from);
    if (child.stdout === null || child.stderr === null) throw new Error("restic has no output");
    const watched = endWhenStill(child);
    let [last, said] = ["", ""];
    createInterface({ input: child.stdout }).on("line", (text) => {
      last = text === "" ? last : text;
      line?.(text);
    });
    child.stderr.on("data", (text: Buffer) => {
      said = `${said}${text.toString("utf8")}`.slice(-2000);
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    return { code, last, said, watched };
  }

  /** Returns why the repository is not whole; undefined if it is. Throws if restic could not check all of it. */
  async check(): Promise<string | undefined> {
    const { code, said } = await this.tried(checkWords);
    return problemFound({ code: code ?? undefined, said });
  }

  async json<T>(words: readonly string[], options: RunOptions = {}): Promise<T> {
    return JSON.parse(await this.run(words, options)) as T;
  }

  /** Makes a snapshot of one file, under a name. @param tags that it is found by. */
  async keep(file: string, name: string, commune: string, tags: readonly string[]): Promise<Summary> {
    const words = [
      "backup",
      "--quiet",
      "--json",
      "--host",
      commune,
      ...tags.flatMap((tag) => ["--tag", tag]),
    ];
    return this.json([...words, "--stdin", "--stdin-filename", name], { input: file });
  }

  /**
   * Runs restic and passes its output on, byte by byte. Never retries: part of the output has been passed on already.
   */
  async stream(words: readonly string[], out: Writable): Promise<Summed> {
    const child = spawn(this.program, words, {
      env: { ...process.env, ...this.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const watched = endWhenStill(child);
    const sum = createHash("sha256");
    let [bytes, said] = [0, ""];
    child.stderr.on("data", (text: Buffer) => {
      said = `${said}${text.toString("utf8")}`.slice(-2000);
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    const counted = async function* (source: AsyncIterable<Buffer>) {
      for await (const piece of source) {
        sum.update(piece);
        bytes += piece.length;
        yield piece;
      }
    };
    const [code] = await Promise.all([ended, pipeline(child.stdout, counted, out, { end: false })]);
    if (code !== 0) throw new Error(`restic ${words[0]} ${endOf(code, watched)}: ${said.trim()}`);
    return { bytes, sha256: sum.digest("hex") };
  }

  /**
   * Calls `each` with each entry of a snapshot.
   *
   * @param head is called with the whole id, and restic's hash of all that is in the snapshot.
   */
  async list(
    snapshot: string,
    each: (entry: Listed) => void,
    head: (of: { id: string; tree: string }) => void = () => undefined,
  ): Promise<void> {
    await this.run(["ls", "--json", "--no-lock", snapshot], {
      line(text) {
        const {
          struct_type,
          id = "",
          tree = "",
          type = "",
          path = "",
          size = 0,
          mtime = "",
        } = JSON.parse(text) as Partial<Listed> & { struct_type?: string; id?: string; tree?: string };
        if (struct_type === "snapshot") head({ id, tree });
        else each({ type, path, size, mtime });
      },
    });
  }

  /** Writes what a snapshot has there and does not exist yet; what exists stays as it is. */
  async restore(place: Place): Promise<void> {
    await this.run([...wordsOf(place), "--overwrite", "never", "--quiet"]);
  }

  /**
   * Compares a folder with what a snapshot has below another one: files by the hashes of their content. Changes
   * nothing. The targets of links are not compared, nor further names of one file.
   *
   * @returns paths of files that differ or are missing, paths that the snapshot does not have, and paths that were
   * not compared.
   */
  async compare(place: Place): Promise<Compared> {
    const compared: Compared = { other: [], more: [], unread: [] };
    const options = ["--overwrite", "always", "--delete", "--dry-run", "--json", "--verbose=2"];
    await this.run([...wordsOf(place), ...options], {
      line(text) {
        const { message_type, action, item = "", size = 0 } = JSON.parse(text) as Restored;
        if (message_type !== "verbose_status" || action === "unchanged") return;
        if (action === "deleted") compared.more.push(item);
        else if (action === "restored" && size === 0) compared.unread.push(item);
        else compared.other.push(item);
      },
    });
    return compared;
  }

  /** A snapshot as it is read back of the repository: its whole id, restic's hash of all that is in it, files and their bytes. */
  async readBack(snapshot: string): Promise<ReadBack> {
    const found = { id: "", tree: "", files: 0, bytes: 0 };
    await this.list(
      snapshot,
      ({ type, size }) => {
        if (type !== "file") return;
        found.files += 1;
        found.bytes += size;
      },
      (of) => Object.assign(found, of),
    );
    return found;
  }
}

/** A folder of a snapshot, and the folder that it is brought to or compared with. */
export interface Place {
  snapshot: string;
  folder: string;
  into: string;
  /** Name of the one entry that is meant; all of them when absent. */
  only?: string | undefined;
}

/** Words for a restore. An entry's name as a pattern matches no other one. Source: Go's filepath.Match, which `--include` is. */
const wordsOf = ({ snapshot, folder, into, only }: Place) => [
  ...["restore", "--no-lock", `${snapshot}:${folder}`, "--target", into],
  ...(only === undefined ? [] : [`--include=/${only.replace(/[[\]*?\\]/g, "\\$&")}`]),
];

/** Differences of a folder from a snapshot. */
export interface Compared {
  other: string[];
  more: string[];
  unread: string[];
}

/** A line of `restic restore --json --verbose=2`, as restic 0.18 was seen to print it. */
interface Restored {
  message_type?: string;
  action?: string;
  item?: string;
  size?: number;
}

/** Size and digest of what was written to a stream. */
export interface Summed {
  bytes: number;
  sha256: string;
}

interface ReadBack {
  id: string;
  tree: string;
  files: number;
  bytes: number;
}

/** A line of `restic ls --json` after the first, which is the snapshot's. */
interface Listed {
  type: string;
  path: string;
  size: number;
  /** ISO 8601, to the nanosecond. */
  mtime: string;
}
