import { existsSync } from "node:fs";
import { link, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { type Gap, type KeeperStatus, spoolFiles } from "../../components/recovery/keeper/settings.ts";
import type { Base, EarlierLog } from "../../components/recovery/keeper/shipment.ts";
import { readSegment } from "../../components/recovery/keeper/wal.ts";
import type { Rehearsals } from "../../components/recovery/rehearsal/rehearsal.ts";
import type { VaultRecord } from "./held.ts";

/** A whole copy of a server, under which increments are taken. */
export interface Whole {
  snapshot: string;
  generation: string;
  bytes: number;
  /** Time at its end on the server's clock, ISO 8601. */
  ended: string;
  timeline: number;
}

/** The log of one server on one timeline, without a gap. */
export interface Chain {
  /** Name of its folder. */
  id: string;
  system: string;
  timeline: number;
  segmentBytes: number;
}

/** State that a keeper remembers from one start to the next. */
export interface KeeperState {
  chain?: Chain;
  base?: Base;
  /** Generation that the log after the base goes to; undefined before the first shipment after it. */
  log?: string;
  /** Parts of the log after the base that the vault alone has, oldest first. */
  parts?: EarlierLog[];
  /** Number of the last shipment. */
  sequence: number;
  shipped?: KeeperStatus["shipped"];
  confirmed?: string;
  dumps: KeeperStatus["dumps"];
  gaps: Gap[];
  /** The whole copy under which increments are taken. */
  whole?: Whole;
  /** Records of the vaults, by host. */
  vaults?: Record<string, VaultRecord>;
  /** Undefined if there are none. */
  rehearsals?: Rehearsals | undefined;
}

const partial = ".partial";

/** The volume of what was received and is not in a vault yet. */
export class Spool {
  constructor(readonly folder: string) {}

  async readState(): Promise<KeeperState | undefined> {
    try {
      return JSON.parse(await readFile(this.path("state.json"), "utf8")) as KeeperState;
    } catch {
      // A new volume. A half file cannot be: it is renamed when it is whole.
      return undefined;
    }
  }

  async writeState(state: KeeperState): Promise<void> {
    await this.write("state.json", `${JSON.stringify(state)}\n`);
  }

  async writeStatus(status: KeeperStatus): Promise<void> {
    await this.write(spoolFiles.status, `${JSON.stringify(status, undefined, 2)}\n`);
  }

  /** Has the log received into a new folder, which is empty. */
  async begin({ id, segmentBytes }: Chain): Promise<void> {
    await mkdir(this.received(id), { recursive: true });
    await this.write(spoolFiles.receive, `${id} ${segmentBytes}\n`);
  }

  /** Has nothing received any more. */
  async stop(): Promise<void> {
    await rm(this.path(spoolFiles.receive), { force: true });
  }

  async removeAllBut(id: string | undefined): Promise<void> {
    for (const other of await names(this.path("chains"))) {
      if (other !== id) await rm(this.path("chains", other), { recursive: true, force: true });
    }
  }

  /** The folder that a snapshot is taken of, and the name of it in the snapshot. */
  shippedFrom(id: string): { cwd: string; name: string } {
    return { cwd: this.path("chains", id), name: "wal" };
  }

  /**
   * Brings the folder of a snapshot up to what was received: links, because the receiver renames its files while they
   * are read. Says their names.
   */
  async collect({ id, segmentBytes }: Chain): Promise<string[]> {
    const [from, to] = [this.received(id), join(this.path("chains", id), "wal")];
    await mkdir(to, { recursive: true });
    for (const name of await names(from)) {
      const isLog = readSegment(name, segmentBytes) !== undefined || name.endsWith(".history");
      if (isLog) await ifThere(() => link(join(from, name), join(to, name)));
    }
    const [have, all] = [await names(to), new Set(await names(from))];
    for (const name of have) {
      const isWhole = name.endsWith(partial) && have.includes(name.slice(0, -partial.length));
      if (isWhole || !all.has(name)) await ifThere(() => unlink(join(to, name)));
    }
    return names(to);
  }

  /** Digest by which a change of what is to be shipped is seen: names, sizes and times. */
  async digest({ id }: Chain): Promise<string> {
    const folder = join(this.path("chains", id), "wal");
    const files = await Promise.all(
      (await names(folder)).map(async (name) => {
        const { size, mtimeMs } = await stat(join(folder, name));
        return `${name} ${size} ${mtimeMs}`;
      }),
    );
    return files.join("\n");
  }

  /** Removes what is before a place of the log. */
  async prune({ id, segmentBytes }: Chain, before: bigint): Promise<void> {
    const from = this.received(id);
    for (const name of await names(from)) {
      const segment = readSegment(name, segmentBytes);
      if (segment && segment.start + BigInt(segmentBytes) <= before)
        await ifThere(() => unlink(join(from, name)));
    }
  }

  /**
   * Removes the received files of a timeline, from the one in which it was left: from there on the log is on another one.
   */
  async cut({ id, timeline, segmentBytes }: Chain, left: bigint): Promise<void> {
    const from = this.received(id);
    for (const name of await names(from)) {
      const segment = readSegment(name, segmentBytes);
      if (segment?.timeline === timeline && segment.start + BigInt(segmentBytes) > left)
        await ifThere(() => unlink(join(from, name)));
    }
  }

  /** Returns the size of the log, bytes. Links count as 0. */
  async usedBytes(): Promise<number> {
    let used = 0;
    for (const id of await names(this.path("chains"))) {
      for (const name of await names(this.received(id))) {
        used += (await ifThere(async () => (await stat(join(this.received(id), name))).blocks * 512)) ?? 0;
      }
    }
    return used;
  }

  async hold(): Promise<void> {
    await this.write(spoolFiles.hold, "");
  }

  async release(): Promise<void> {
    await rm(this.path(spoolFiles.hold), { force: true });
  }

  get isHeld(): boolean {
    return existsSync(this.path(spoolFiles.hold));
  }

  /** File with the server's list of the files in a whole copy, which its increments are told. */
  manifestOf(snapshot: string): string {
    return this.path(`manifest-${snapshot}`);
  }

  /** Removes the lists of all whole copies but one. */
  async removeManifestsBut(snapshot: string): Promise<void> {
    const kept = this.manifestOf(snapshot);
    for (const name of await names(this.folder)) {
      const file = this.path(name);
      if (name.startsWith("manifest-") && file !== kept) await rm(file, { force: true });
    }
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  private received(id: string): string {
    return this.path("chains", id, "received");
  }

  /** Writes a file whole or not at all, also after a loss of power. */
  private async write(name: string, text: string): Promise<void> {
    const draft = this.path(`.${name}.new`);
    const handle = await open(draft, "w", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, this.path(name));
  }
}

async function names(folder: string): Promise<string[]> {
  return ((await ifThere(() => readdir(folder))) ?? []).sort();
}

/** Returns what is there. A file that came or went meanwhile is no error. */
async function ifThere<Found>(ask: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await ask();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "EEXIST") return undefined;
    throw error;
  }
}
