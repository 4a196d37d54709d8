import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";

/**
 * How far a volume is, in the file `state` of its folder for a point. `aside` holds what is not in use: the point's files
 * until they are put in place, afterwards what was there before. Each way is two rounds of renames, which can be cut
 * anywhere and begun again.
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

/** What stands in the file `state`. */
interface Written {
  state: State;
  /** SHA-256 of the list of what was brought, hexadecimal. */
  list: string;
  /** HMAC-SHA-256, hexadecimal. */
  code: string;
}

/** Where a volume keeps the folder of a point. No service reads a name that begins with a dot at the root of its volume. */
export function restoreFolder(root: string, sequence: number): string {
  return join(root, `.restore-${String(sequence).padStart(6, "0")}`);
}

/** Tells a folder from every other that ever had its name: no program can choose either. */
function identityOf(path: string): string {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found?.isDirectory() ? `${found.ino} ${found.birthtimeNs}` : "none";
}

/** Somebody else wrote how far a restore is. */
class ForeignState extends Error {}

/**
 * The folder of a point on a volume that the service writes to as well: whoever broke into it may have made the folder, or
 * put one back that was there earlier. So what stands in it counts where it was signed by a key that the service has not,
 * for these very folders.
 */
export class RestoreFolder {
  readonly aside: string;
  readonly leaving: string;
  /** One line for each entry of `aside` as it came from the vault. */
  readonly list: string;
  private readonly key: Uint8Array;

  /** @param key the private key of who takes the service's points. */
  constructor(
    readonly path: string,
    key: Uint8Array,
  ) {
    this.aside = join(path, "aside");
    this.leaving = join(path, "leaving");
    this.list = join(path, "brought");
    this.key = new Uint8Array(hkdfSync("sha256", key, new Uint8Array(), "state of a restore", 32));
  }

  /** Undefined where nothing was begun. Throws where somebody else wrote it. */
  get state(): State | undefined {
    return this.read()?.state;
  }

  /** Undefined where nothing was begun, or somebody else wrote it. */
  get ownState(): State | undefined {
    try {
      return this.state;
    } catch (error) {
      if (error instanceof ForeignState) return undefined;
      throw error;
    }
  }

  /** SHA-256 of the list of what was brought, hexadecimal; empty before. */
  get sumOfList(): string {
    return this.read()?.list ?? "";
  }

  enter(state: State, list = this.sumOfList): void {
    mkdirSync(this.path, { recursive: true });
    const file = join(this.path, "state");
    const written = { state, list, code: this.codeOf(state, list).toString("hex") };
    // Not written through a link.
    rmSync(`${file}.new`, { recursive: true, force: true });
    writeFileSync(`${file}.new`, JSON.stringify(written), { flush: true, flag: "wx" });
    renameSync(`${file}.new`, file);
  }

  /** Removes it, whoever made it. Links in it are removed, and not followed. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  private read() {
    const found = lstatSync(this.path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    if (!found.isDirectory()) throw this.foreign();
    // Cut before the first state was there.
    if (readdirSync(this.path).every((name) => name === "state.new")) return undefined;
    const file = join(this.path, "state");
    if (!lstatSync(file, { throwIfNoEntry: false })?.isFile()) throw this.foreign();
    const written = parsed(readFileSync(file, "utf8"));
    if (written === undefined) throw this.foreign();
    const code = Buffer.from(written.code, "hex");
    const own = this.codeOf(written.state, written.list);
    if (code.length !== own.length || !timingSafeEqual(code, own)) throw this.foreign();
    return written;
  }

  private codeOf(state: State, list: string): Buffer {
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
    return createHmac("sha256", this.key)
      .update(JSON.stringify([basename(this.path), state, list, folders]))
      .digest();
  }

  private foreign(): ForeignState {
    return new ForeignState(
      `this program did not write how far ${this.path} is: the service did, or whoever broke into it, or an older version, or the key of its restore points is another one since. Nothing was changed. --release removes that folder with all that is kept in it; then restore again`,
    );
  }
}

/** What somebody wrote, where it is of that form. */
function parsed(text: string): Written | undefined {
  try {
    const { state: said, list, code } = JSON.parse(text) as Partial<Record<keyof Written, unknown>>;
    const state = states.find((each) => each === said);
    return state && typeof list === "string" && typeof code === "string" ? { state, list, code } : undefined;
  } catch {
    return undefined;
  }
}

/** Removes what is kept aside of a restore, for good, or what somebody else wrote there. Throws where it is half-way. */
export function release(folder: RestoreFolder, name: string): void {
  const { ownState: state } = folder;
  if (state !== undefined && state !== "brought" && state !== "exchanged" && state !== "bringing") {
    throw new Error(`${name} is half-way ("${state}"): go on, or back, first`);
  }
  folder.remove();
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

/**
 * Puts what is in `aside` in the place of what is there, which is in `aside` afterwards; or the other way round. Goes on
 * where it was cut. Throws where nothing was brought.
 */
export function exchange(
  { root, folder, isOurs, rename = renameSync }: Exchange,
  way: keyof typeof ways,
): void {
  const { from, emptying, filling, to } = ways[way];
  const { aside, leaving } = folder;
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
      for (const entry of readdirSync(aside)) rename(join(aside, entry), join(root, entry));
    }
    // Replaces the empty folder.
    rename(leaving, aside);
  }
  folder.enter(to);
}
