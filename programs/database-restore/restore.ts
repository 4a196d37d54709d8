import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, open, rename, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { restoreFolders } from "../../components/platform/database/restore.ts";
import type { RestoreSettings } from "../../components/recovery/database-restore/settings.ts";
import { walGeneration } from "../../components/recovery/keeper/generation.ts";
import {
  type Base,
  baseSnapshots,
  type KeptShipment,
  momentAfter,
  readTags,
  shipmentFor,
  spansOf,
} from "../../components/recovery/keeper/shipment.ts";
import { readPosition } from "../../components/recovery/keeper/wal.ts";
import type { Repositories } from "../keeper/repository.ts";
import { reasonOf, run } from "../keeper/run.ts";
import { fetchLog, verifyLog } from "./log.ts";
import { becomeOne } from "./one.ts";
import { type Recovery, recover } from "./recover.ts";

export interface RestoreParts {
  settings: RestoreSettings & { at: string };
  repositories: Repositories;
  /** Generations of the log, oldest first. */
  generations: readonly string[];
  /** The server's volume. */
  volume: string;
  /** Folder for the socket of the server that recovers. */
  sockets: string;
  say: (line: object) => void;
}

const dayMs = 24 * 3_600_000;

/** The base and the log each take their place, and the server that recovers some more. */
const roomFactor = 1.1;

/**
 * Restores a server beside what exists: base and log from the vault, each checked, brought forward to the moment, and
 * marked. What exists is not touched. If it is done already, it does nothing; if it was interrupted, it starts again.
 *
 * Throws if the moment cannot be gone back to, if there is no room, or if anything is not as it was.
 */
export async function restoreDatabase(parts: RestoreParts): Promise<void> {
  const { settings, volume, say } = parts;
  const path = (...names: string[]) => join(volume, ...names);
  const mark = path(restoreFolders.marks, settings.name);
  if ([mark, `${mark}.ready`, `${mark}.undone`].some((each) => existsSync(each))) {
    say({ restored: settings.name, already: true });
    return;
  }
  const folders = { data: path(restoreFolders.beside), log: path(restoreFolders.log) };
  const shipment = await shipmentAt(parts);
  const times = await bringForward(parts, { ...folders, shipment, at: settings.at });
  await mkdir(path(restoreFolders.marks), { recursive: true });
  await durably(`${mark}.ready`, `${JSON.stringify({ shipment, times })}\n`);
  say({ restored: settings.name, times });
}

/**
 * Restores base and log from the vault into folders of their own, checks them, and brings the base forward to the moment;
 * the log's folder is removed again. Returns the seconds that each step took.
 */
export async function bringForward(
  parts: Pick<RestoreParts, "repositories" | "volume" | "sockets" | "say">,
  { shipment, data, log, at, work }: { shipment: KeptShipment } & Omit<Recovery, "sockets" | "end">,
): Promise<Record<string, number>> {
  const { sockets, say } = parts;
  for (const folder of [data, log]) await rm(folder, { recursive: true, force: true });
  await makeRoom(parts, shipment);
  const times: Record<string, number> = {};
  const timed = async (what: string, work: () => Promise<void>) => {
    const start = Date.now();
    await work();
    times[what] = Math.round((Date.now() - start) / 100) / 10;
    say({ done: what, seconds: times[what] });
  };
  await timed("base", () => fetchBase(parts, shipment, data));
  await timed("log", () => fetchLog(parts, shipment, log));
  await timed("verify", async () => {
    await verify(data);
    await verifyLog(shipment, log);
  });
  await timed("recover", async () => {
    await becomeOne(data);
    await writeFile(join(data, "recovery.signal"), "");
    await recover({ data, log, sockets, at, end: readPosition(shipment.end), work });
  });
  await rm(log, { recursive: true, force: true });
  return times;
}

/** Returns the moment to restore. Throws if one after another is asked for, and nothing of the log is at the vault. */
export async function momentOf({
  settings: { at, server, vault },
  repositories,
  generations,
}: Pick<RestoreParts, "repositories" | "generations"> & { settings: RestoreSettings }): Promise<string> {
  if (typeof at === "string") return at;
  for (const generation of [...generations].reverse()) {
    const moment = momentAfter(await shipmentsIn(repositories, generation), at.after);
    if (moment !== undefined) return moment;
  }
  throw new Error(
    `the vault at ${vault} can bring ${server} back to no moment: nothing of its log is there.`,
  );
}

/** Returns the shipment that reaches the moment. Throws if none does. */
export async function shipmentAt({
  settings,
  repositories,
  generations,
  say,
}: RestoreParts): Promise<KeptShipment> {
  const found: KeptShipment[] = [];
  let shipment: KeptShipment | undefined;
  // A generation is named after the day on which its bases ended. Of a quarter there are ninety, of which one is read.
  // One that replaced another may be named by the next day.
  const last = walGeneration(new Date(Date.parse(settings.at) + dayMs).toISOString());
  const able = generations.filter((generation) => generation <= last).reverse();
  for (const generation of able) {
    found.push(...(await shipmentsIn(repositories, generation)));
    shipment = shipmentFor(found, settings.at);
    if (shipment !== undefined) break;
  }
  if (shipment === undefined) {
    const spans = spansOf(found).map(({ from, until }) => `${from} to ${until}`);
    const days = generations.map((generation) => generation.slice(-10));
    throw new Error(
      `the vault at ${settings.vault} cannot bring ${settings.server} back to ${settings.at}. It can to: ${spans.join(", ") || "nothing before"}. There are copies of: ${days.join(", ") || "no day"}.`,
    );
  }
  const { snapshot, sequence, until, base } = shipment;
  say({ chosen: snapshot, sequence, until, base: base.snapshot, ended: base.ended });
  return shipment;
}

/** Returns the shipments in a generation of the log. */
export async function shipmentsIn(
  repositories: Pick<Repositories, "snapshots">,
  generation: string,
): Promise<KeptShipment[]> {
  const found = await repositories.snapshots(generation, "wal");
  return found.flatMap(({ id, tags }) => {
    const read = readTags(tags);
    return read === undefined ? [] : [{ ...read, snapshot: id, generation }];
  });
}

async function makeRoom(
  { repositories, volume, say }: Pick<RestoreParts, "repositories" | "volume" | "say">,
  shipment: KeptShipment,
): Promise<void> {
  const { base } = shipment;
  const sizes = await repositories.filesOf(shipment.generation, shipment.snapshot);
  for (const snapshot of baseSnapshots(base)) {
    const own = await repositories.filesOf(base.generation, snapshot);
    // Of an increment and its whole copy a third is made, beside both.
    sizes.push(...own, ...(base.whole === undefined ? [] : own));
  }
  for (const { generation, snapshot } of shipment.parts) {
    sizes.push(...(await repositories.filesOf(generation, snapshot)));
  }
  const needed = sizes.reduce((sum, size) => sum + size, 0) * roomFactor;
  const { bavail, bsize } = await statfs(volume);
  const mebibytes = (bytes: number) => Math.ceil(bytes / 1024 ** 2);
  say({ neededMiB: mebibytes(needed), freeMiB: mebibytes(bavail * bsize) });
  if (needed > bavail * bsize) {
    throw new Error(
      `the restore needs ${mebibytes(needed)} MiB beside the data, and the volume has ${mebibytes(bavail * bsize)} MiB left. Nothing was changed. Raise the storage of the database.`,
    );
  }
}

/** Restores a base into a folder: a whole copy as it is, an increment put together with the whole copy below it. */
async function fetchBase(
  { repositories }: Pick<RestoreParts, "repositories">,
  { base }: KeptShipment,
  data: string,
): Promise<void> {
  const parts = baseSnapshots(base).map((snapshot) => ({
    snapshot,
    folder: `${data}.${snapshot.slice(0, 8)}`,
  }));
  const [only] = parts;
  if (only !== undefined && base.whole === undefined)
    return extract(repositories, base, { ...only, folder: data });
  try {
    for (const part of parts) {
      await rm(part.folder, { recursive: true, force: true });
      await extract(repositories, base, part);
    }
    const folders = parts.map(({ folder }) => folder);
    // All of it is brought to the disk at the end.
    const ended = await run("pg_combinebackup", ["--no-sync", `--output=${data}`, ...folders]);
    if (ended.code !== 0) throw new Error(reasonOf("pg_combinebackup", ended));
    await chmod(data, 0o700);
  } finally {
    for (const { folder } of parts) await rm(folder, { recursive: true, force: true });
  }
}

async function extract(
  repositories: Repositories,
  { generation }: Pick<Base, "generation">,
  { snapshot, folder: data }: { snapshot: string; folder: string },
): Promise<void> {
  await mkdir(data, { mode: 0o700 });
  const tar = spawn("tar", ["--extract", "--directory", data], { stdio: ["pipe", "inherit", "inherit"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    tar.on("error", reject);
    tar.on("close", resolve);
  });
  await repositories.dumpInto(generation, snapshot, "base.tar", tar.stdin);
  const code = await ended;
  if (code !== 0) throw new Error(`tar ended with ${code}`);
  await chmod(data, 0o700);
}

/** Every file of the base against the sums that the server made of it. */
async function verify(data: string): Promise<void> {
  const ended = await run("pg_verifybackup", ["--no-parse-wal", "--exit-on-error", "--quiet", data]);
  if (ended.code !== 0) throw new Error(reasonOf("pg_verifybackup", ended));
}

/** Writes a file whole or not at all, after all that was written before. */
async function durably(file: string, text: string): Promise<void> {
  await run("sync", []);
  const handle = await open(`${file}.new`, "w", 0o600);
  await handle.writeFile(text);
  await handle.sync();
  await handle.close();
  await rename(`${file}.new`, file);
}
