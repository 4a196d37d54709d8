import { execFileSync } from "node:child_process";
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";

/**
 * Progress of a volume, in the file `state` of its folder for a point. `aside` holds what is not in use: the point's
 * files until they are put in place, afterwards what was there before. Each way is two rounds of renames, which can
 * be cut anywhere and begun again.
 */
const states = [
  "bringing",
  /** The point's files are in `aside`, whole and compared; nothing else was touched. */
  "brought",
  "emptying",
  "filling",
  /** The point's files are in use. */
  "exchanged",
  "emptying back",
  "filling back",
] as const;
export type State = (typeof states)[number];

/** Content of the file `state`. */
interface Written {
  state: State;
  /** HMAC-SHA-256, hexadecimal. */
  code: string;
}

/** No state is longer, bytes. */
const longestState = 4096;

/** Folder in which a volume keeps a point. No service reads a name that begins with a dot at the root of its volume. */
export function restoreFolder(root: string, sequence: number): string {
  return join(root, `.restore-${String(sequence).padStart(6, "0")}`);
}

/**
 * Identity of a folder among all that ever had its name: no program can choose it. undefined if it is no folder, or a
 * link.
 */
function identityOf(path: string): string | undefined {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found?.isDirectory() ? `${found.ino} ${found.birthtimeNs}` : undefined;
}

/** Somebody else wrote how far a restore is. */
class ForeignState extends Error {}

/**
 * The folder of a point on a volume that the service writes to as well: an intruder in the service may have made the
 * folder, or put back an earlier one. So its progress counts only with a signature for these very folders, by a key
 * that the service does not have.
 */
export class RestoreFolder {
  readonly aside: string;
  readonly leaving: string;
  private readonly key: Uint8Array;

  /** @param key the private key of who takes the service's points. */
  constructor(
    readonly path: string,
    key: Uint8Array,
  ) {
    this.aside = join(path, "aside");
    this.leaving = join(path, "leaving");
    this.key = new Uint8Array(hkdfSync("sha256", key, new Uint8Array(), "state of a restore", 32));
  }

  /** undefined if nothing was begun. Throws if somebody else wrote it. */
  get state(): State | undefined {
    const found = lstatSync(this.path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    if (!found.isDirectory()) throw this.foreign();
    const names = readdirSync(this.path);
    // Cut before the first state was there.
    if (names.every((name) => name === "state.new")) return undefined;
    const file = join(this.path, "state");
    const { isFile, size } = kindOf(file);
    const written = isFile && size <= longestState ? parsed(readFileSync(file, "utf8")) : undefined;
    if (written === undefined) throw this.foreign();
    const [code, own] = [Buffer.from(written.code, "hex"), this.codeOf(written.state)];
    if (code.length !== own.length || !timingSafeEqual(code, own)) throw this.foreign();
    return written.state;
  }

  enter(state: State): void {
    mkdirSync(this.path, { recursive: true });
    const file = join(this.path, "state");
    const written: Written = { state, code: this.codeOf(state).toString("hex") };
    // Not written through a link.
    rmSync(`${file}.new`, { recursive: true, force: true });
    writeFileSync(`${file}.new`, JSON.stringify(written), { flush: true, flag: "wx" });
    renameSync(`${file}.new`, file);
  }

  /**
   * Removes it, whoever made it: parts that cannot be removed as they are get rights first. Links in it are removed,
   * and not followed. The state is removed last, so that an interrupted removal goes on.
   */
  remove(): void {
    if (lstatSync(this.path, { throwIfNoEntry: false })?.isDirectory() !== true) {
      rmSync(this.path, { force: true });
      return;
    }
    // rm reaches what has too long a path for anybody else.
    const names = ["aside", "leaving"].map((name) => join(this.path, name));
    execFileSync("chmod", ["-R", "u+rwX", this.path]);
    execFileSync("rm", ["-rf", "--", ...names]);
    execFileSync("rm", ["-rf", "--", this.path]);
  }

  /** Removes it unless it is half-way; also if somebody else wrote it. Throws otherwise. */
  release(name: string): void {
    let state: State | undefined;
    try {
      ({ state } = this);
    } catch (error) {
      if (!(error instanceof ForeignState)) throw error;
      if (existsSync(this.leaving))
        throw new Error(
          `${name}: nobody knows how far ${this.path} is, and ${this.leaving} may be all that is left of what was in use. Look there, and remove it by hand`,
        );
    }
    if (state !== undefined && state !== "brought" && state !== "exchanged" && state !== "bringing")
      throw new Error(`${name} is half-way ("${state}"): go on, or back, first`);
    this.remove();
  }

  private codeOf(state: State): Buffer {
    // `leaving` becomes `aside` at the end of the last round, in the middle of which a run may be cut.
    const last = existsSync(this.leaving) ? this.leaving : this.aside;
    const bound: Record<State, string[]> = {
      bringing: [],
      brought: [this.aside],
      exchanged: [this.aside],
      ...{ emptying: [this.aside, this.leaving], "emptying back": [this.aside, this.leaving] },
      ...{ filling: [last], "filling back": [last] },
    };
    const folders = [this.path, ...bound[state]].map(identityOf);
    if (folders.includes(undefined)) throw this.foreign();
    return createHmac("sha256", this.key)
      .update(JSON.stringify([basename(this.path), state, folders]))
      .digest();
  }

  private foreign(): ForeignState {
    return new ForeignState(
      `this program did not write how far ${this.path} is: the service did, or whoever broke into it, or an older version, or the key of its restore points is another one since. Nothing was changed. --release removes that folder with all that is kept in it; then restore again`,
    );
  }
}

function kindOf(path: string): { isFile: boolean; size: number } {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return { isFile: found?.isFile() === true, size: found?.size ?? 0 };
}

/** Reads a state; undefined if the text does not have that form. */
function parsed(text: string): Written | undefined {
  try {
    const { state: said, code } = JSON.parse(text) as Partial<Record<keyof Written, unknown>>;
    const state = states.find((each) => each === said);
    return state && typeof code === "string" ? { state, code } : undefined;
  } catch {
    return undefined;
  }
}

/** A volume, and what of it is exchanged. */
export interface Exchange {
  root: string;
  folder: RestoreFolder;
  /** Whether an entry at the root is the point's to take away: what a point leaves out stays. */
  isOurs: (entry: string) => boolean;
  rename?: (from: string, to: string) => void;
}

const ways = {
  there: { from: "brought", emptying: "emptying", filling: "filling", to: "exchanged" },
  back: { from: "exchanged", emptying: "emptying back", filling: "filling back", to: "brought" },
} as const;
export type Way = keyof typeof ways;
export const opposite = { there: "back", back: "there" } as const;

/** A folder that nobody may write to has its rights changed: to be moved it must let its own entry for its parent go. */
function move(from: string, to: string): void {
  const found = lstatSync(from);
  if (found.isDirectory()) chmodSync(from, found.mode | 0o700);
  renameSync(from, to);
}

/**
 * Exchanges what is in `aside` with what is in its place, or the other way round. Goes on after an interruption, and
 * turns back if it was interrupted on the other way. Throws if nothing was brought.
 */
export function exchange(one: Exchange, way: Way): void {
  const { root, folder, isOurs, rename = move } = one;
  const { from, emptying, filling, to } = ways[way];
  const { aside, leaving } = folder;
  turnBack(one, opposite[way]);
  if (folder.state === to) return;
  if (folder.state === from) {
    rmSync(leaving, { recursive: true, force: true });
    mkdirSync(leaving);
    folder.enter(emptying);
  }
  if (folder.state === emptying) {
    for (const entry of readdirSync(root).filter(isOurs)) rename(join(root, entry), join(leaving, entry));
    folder.enter(filling);
  }
  const { state } = folder;
  if (state !== filling)
    throw new Error(`${folder.path} is "${state ?? "not there"}", and cannot become "${to}"`);
  // Where it was cut after the last rename of this round, `leaving` is `aside` already.
  if (existsSync(leaving)) {
    if (existsSync(aside)) {
      for (const entry of readdirSync(aside).filter(isOurs)) rename(join(aside, entry), join(root, entry));
      rmSync(aside, { recursive: true });
    }
    rename(leaving, aside);
  }
  folder.enter(to);
}

/** Undoes the renames of a way that was cut; one that has no more of them to do is ended. */
function turnBack({ root, folder, isOurs, rename = move }: Exchange, way: Way): void {
  const { from, emptying, filling, to } = ways[way];
  const { aside, leaving } = folder;
  if (folder.state === filling) {
    if (!existsSync(leaving)) {
      folder.enter(to);
      return;
    }
    mkdirSync(aside, { recursive: true });
    for (const entry of readdirSync(root).filter(isOurs)) rename(join(root, entry), join(aside, entry));
    folder.enter(emptying);
  }
  if (folder.state !== emptying) return;
  for (const entry of readdirSync(leaving)) rename(join(leaving, entry), join(root, entry));
  folder.enter(from);
  rmdirSync(leaving);
}
