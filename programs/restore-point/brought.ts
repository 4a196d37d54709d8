import { execFileSync } from "node:child_process";
import { createHash, type Hash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  createReadStream,
  fsyncSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  rmSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Parser } from "tar/parse";
import type { ReadEntry } from "tar/read-entry";
import type { Restic } from "./restic.ts";
import type { RestoreFolder } from "./swap.ts";

/** What of a snapshot is written, and where. */
export interface Bringing {
  snapshot: string;
  /** A folder or a file as the snapshot has it. */
  from: string;
  /** Empty, and not there where `from` is a file. */
  into: string;
  /** For lists of what came, where the service cannot write. */
  private: string;
}

/** What came of a snapshot. */
export interface Came {
  files: number;
  bytes: number;
  /** One line for each entry: what it is, as restic gave it, and how it was found when that was compared. */
  list: string;
}

/** An entry of what was brought. */
interface Line {
  /** Below the folder. */
  path: string;
  kind: "file" | "folder" | "link";
  /** SHA-256 of a file, hexadecimal; where a link leads. */
  sum: string;
  /** Inode and time of the last change, which no program can choose, of a file when its sum was compared. */
  seen: string;
}

/** Lines of a file that is written once and then read. */
class Lines {
  private readonly descriptor: number;
  private readonly hash = createHash("sha256");

  constructor(readonly path: string) {
    rmSync(path, { force: true });
    this.descriptor = openSync(path, "wx", 0o600);
  }

  add(line: Line): void {
    const text = `${JSON.stringify(line)}\n`;
    this.hash.update(text);
    writeSync(this.descriptor, text);
  }

  /** Returns its SHA-256, hexadecimal. */
  end(): string {
    fsyncSync(this.descriptor);
    closeSync(this.descriptor);
    return this.hash.digest("hex");
  }
}

async function* linesOf(path: string, hash?: Hash): AsyncGenerator<Line> {
  const source = createReadStream(path);
  if (hash) source.on("data", (piece) => hash.update(piece));
  for await (const text of createInterface({ input: source })) yield JSON.parse(text) as Line;
}

/** A clock tick is a hundredth of a second at most: a change after it has another time. */
const tickMs = 100;

/**
 * Writes what a snapshot has below a path. The service can write there meanwhile; what it changes before this ends is found,
 * and what it changes later is found by {@link refuseChanged}: the sums are those of what restic gave, not of what is read here.
 *
 * @param list where the lines of what came are written.
 */
export async function bring(restic: Restic, bringing: Bringing, list: string): Promise<Came> {
  const given = new Lines(join(bringing.private, "given"));
  const { files, bytes } = await unpack(restic, bringing, given);
  given.end();
  await setTimes(restic, bringing);
  const seen = new Lines(join(bringing.private, "seen"));
  for await (const line of linesOf(given.path)) {
    seen.add({ ...line, seen: line.kind === "file" ? seenAt(join(bringing.into, line.path)) : "" });
  }
  seen.end();
  await sleep(tickMs);
  // From here on a write to a page that was changed before changes a file's time, through a mapping too.
  execFileSync("sync", ["-f", dirname(bringing.into)]);
  const compared = new Lines(list);
  let count = 0;
  for await (const line of linesOf(seen.path)) {
    if (!isAs(line, bringing.into)) throw changed(bringing.into, line.path);
    compared.add(line);
    count += 1;
  }
  if (count !== entriesBelow(bringing.into)) throw changed(bringing.into, "entries that did not come");
  for (const { path } of [given, seen]) rmSync(path);
  return { files, bytes, list: compared.end() };
}

/**
 * Refuses what was brought where it is not what restic gave. A file of which the time of its last change is as it was needs
 * not be read. Asks nothing once all of it is in place.
 *
 * @param into where it was brought to.
 */
export async function refuseChanged(folder: RestoreFolder, into = folder.aside): Promise<void> {
  const { state } = folder;
  if (state === "brought" || state === "emptying" || state === "filling")
    await compareAgain(folder, state === "filling", into);
}

/** @param mayBeGone whether entries may be in place already. */
async function compareAgain(folder: RestoreFolder, mayBeGone: boolean, into: string): Promise<void> {
  const hash = createHash("sha256");
  let count = 0;
  for await (const line of linesOf(folder.list, hash)) {
    const [top = ""] = line.path.split("/");
    const isGone = lstatSync(join(into, top), { throwIfNoEntry: false }) === undefined;
    if (isGone && mayBeGone) continue;
    const isSeen = line.kind === "file" && seenAt(join(into, line.path)) === line.seen;
    if (!isSeen && !isAs(line, into)) throw changed(into, line.path);
    count += 1;
  }
  if (hash.digest("hex") !== folder.sumOfList) throw changed(into, "the list of it");
  if (count !== entriesBelow(into)) throw changed(into, "entries that did not come");
}

const changed = (into: string, what: string) =>
  new Error(
    `what was brought to ${into} is not what the vault gave (${what}): it was in use before it was taken back, or the service changed it, or whoever broke into that. Nothing was exchanged. --release removes it for good, then restore again. Where this comes back, the service is in other hands: let the commune come back on another cluster`,
  );

async function unpack(restic: Restic, { snapshot, from, into }: Bringing, given: Lines) {
  const total = { files: 0, bytes: 0 };
  const file = (path: string, sum: string, bytes: number) => {
    given.add({ path, kind: "file", sum, seen: "" });
    total.files += 1;
    total.bytes += bytes;
  };
  if (lstatSync(into, { throwIfNoEntry: false }) === undefined) {
    const target = new NewFile(into);
    const out = new Writable({ write: (piece: Buffer, _, done) => done(target.write(piece)) });
    await restic.stream(["dump", snapshot, from], out);
    file("", ...target.end());
    return total;
  }
  const strip = from.split("/").length - 1;
  const entry = (each: ReadEntry) => {
    const path = each.path.replace(/\/$/, "").split("/").slice(strip).join("/");
    const target = join(into, path);
    // As tar has it, a folder comes before what is in it; restic leaves out the one that it was asked for.
    if (path !== "") mkdirSync(dirname(target), { recursive: true });
    if (each.type === "Directory") {
      mkdirSync(target, { recursive: true });
      chmodSync(target, (each.mode ?? 0o700) | 0o700);
      if (path !== "") given.add({ path, kind: "folder", sum: "", seen: "" });
      each.resume();
    } else if (each.type === "SymbolicLink") {
      symlinkSync(each.linkpath ?? "", target);
      given.add({ path, kind: "link", sum: each.linkpath ?? "", seen: "" });
      each.resume();
    } else {
      const written = new NewFile(target, each.mode);
      each.on("data", (piece) => written.write(piece));
      each.on("end", () => file(path, ...written.end()));
    }
  };
  const parser = new Parser({ strict: true, onReadEntry: entry });
  let failure: Error | undefined;
  parser.on("error", (error: Error) => {
    failure ??= error;
  });
  const out = new Writable({
    write(piece: Buffer, _, done) {
      parser.write(piece);
      done(failure);
    },
  });
  await restic.stream(["dump", "--archive", "tar", snapshot, from], out);
  parser.end();
  if (failure !== undefined) throw failure;
  return total;
}

/** A file that was not there, written at once: what is piped waits meanwhile. */
class NewFile {
  private readonly descriptor: number;
  private readonly hash = createHash("sha256");
  private bytes = 0;

  constructor(path: string, mode = 0o600) {
    const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;
    this.descriptor = openSync(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, mode);
    chmodSync(path, mode);
  }

  write(piece: Buffer): null {
    for (let at = 0; at < piece.length; ) at += writeSync(this.descriptor, piece, at);
    this.hash.update(piece);
    this.bytes += piece.length;
    return null;
  }

  /** Returns its SHA-256, hexadecimal, and how long it is. */
  end(): [string, number] {
    closeSync(this.descriptor);
    return [this.hash.digest("hex"), this.bytes];
  }
}

/** Gives entries the times that they have in the snapshot: tar has whole seconds, and rounds them. */
async function setTimes(restic: Restic, { snapshot, from, into }: Bringing): Promise<void> {
  await restic.list(snapshot, ({ path, mtime }) => {
    if (path !== from && !path.startsWith(`${from}/`)) return;
    const below = relative(from, path);
    const target = join(into, below);
    if (lstatSync(target, { throwIfNoEntry: false }) === undefined) return;
    const seconds = Date.parse(mtime) / 1000;
    lutimesSync(target, seconds, seconds);
  });
}

/** Inode and time of the last change of what is at a path. */
function seenAt(path: string): string {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? "" : `${found.ino} ${found.ctimeNs}`;
}

/** Whether an entry is what restic gave. */
function isAs({ path, kind, sum }: Line, into: string): boolean {
  const at = join(into, path);
  const found = lstatSync(at, { throwIfNoEntry: false });
  if (kind === "folder") return found?.isDirectory() === true;
  if (kind === "link") return found?.isSymbolicLink() === true && readlinkSync(at) === sum;
  return found?.isFile() === true && sumOf(at) === sum;
}

const pieceBytes = 256 * 1024;

/** SHA-256 of a file, hexadecimal. */
function sumOf(path: string): string {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const [hash, piece] = [createHash("sha256"), Buffer.alloc(pieceBytes)];
    for (let got = readSync(descriptor, piece); got > 0; got = readSync(descriptor, piece))
      hash.update(piece.subarray(0, got));
    return hash.digest("hex");
  } finally {
    closeSync(descriptor);
  }
}

/** How many entries there are below a path, links not followed; itself, where it is a file. */
function entriesBelow(root: string): number {
  const found = lstatSync(root, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return found === undefined ? 0 : 1;
  let count = 0;
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      count += 1;
      if (entry.isDirectory()) folders.push(join(folder, entry.name));
    }
  }
  return count;
}
