import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

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

/** The folder of a point on a volume. No service reads a name that begins with a dot at the root of its volume. */
export function restoreFolder(root: string, sequence: number): string {
  return join(root, `.restore-${String(sequence).padStart(6, "0")}`);
}

export function stateOf(folder: string): State | undefined {
  const file = join(folder, "state");
  const text = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  return states.find((state) => state === text);
}

export function enter(folder: string, state: State): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "state");
  writeFileSync(`${file}.new`, state, { flush: true });
  renameSync(`${file}.new`, file);
}

/** A volume, and what of it is exchanged. */
export interface Exchange {
  root: string;
  folder: string;
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
  const [aside, leaving] = [join(folder, "aside"), join(folder, "leaving")];
  if (stateOf(folder) === to) return;
  if (stateOf(folder) === from) enter(folder, emptying);
  if (stateOf(folder) === emptying) {
    mkdirSync(leaving, { recursive: true });
    for (const entry of readdirSync(root).filter(isOurs)) rename(join(root, entry), join(leaving, entry));
    enter(folder, filling);
  }
  const state = stateOf(folder);
  if (state !== filling) throw new Error(`${folder} is "${state ?? "not there"}", and cannot become "${to}"`);
  // Where it was cut after the last rename of this round, `leaving` is `aside` already.
  if (existsSync(leaving)) {
    if (existsSync(aside)) {
      for (const entry of readdirSync(aside)) rename(join(aside, entry), join(root, entry));
    }
    // Replaces the empty folder.
    rename(leaving, aside);
  }
  enter(folder, to);
}
