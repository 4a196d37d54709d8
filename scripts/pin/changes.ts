import type { ImageLock, LockedImage } from "../../components/foundation/image/lock.ts";
import { spoken } from "../language.ts";

/** Change of one image of the locks of some communes. */
export interface PinChange {
  image: string;
  change: "new" | "other build" | "same" | "gone";
  from?: string;
  to?: string;
  licence: string;
  source: string;
  /** Communes whose lock changes so. */
  communes: string[];
}

/** Returns a lock of what was read: an image of the same build keeps the day on which it was first read. */
export function merged(before: ImageLock, read: ImageLock): ImageLock {
  return Object.fromEntries(
    Object.entries(read).map(([image, now]): [string, LockedImage] => {
      const known = before[image];
      return [image, known?.digest === now.digest ? { ...now, read: known.read, from: known.from } : now];
    }),
  );
}

/** Locks of a commune before and after. */
export interface PinnedLock {
  commune: string;
  before: ImageLock;
  after: ImageLock;
}

/** Returns what changes, by the names of the images: the same change of several communes once. */
export function pinChanges(locks: readonly PinnedLock[]): PinChange[] {
  const all = new Map<string, PinChange>();
  for (const lock of locks)
    for (const each of changesIn(lock)) {
      const key = JSON.stringify(each);
      const known = all.get(key) ?? { ...each, communes: [] };
      all.set(key, { ...known, communes: [...known.communes, lock.commune] });
    }
  return [...all.values()].sort((one, other) => one.image.localeCompare(other.image, "en"));
}

function changesIn({ before, after }: PinnedLock): Omit<PinChange, "communes">[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((image) => {
    const [was, is] = [before[image], after[image]];
    const { licence, source } = is ?? was ?? { licence: "", source: "" };
    const change =
      was === undefined
        ? "new"
        : is === undefined
          ? "gone"
          : was.digest === is.digest
            ? "same"
            : "other build";
    return { image, change, ...(was && { from: was.digest }), ...(is && { to: is.digest }), licence, source };
  });
}

const short = (digest: string | undefined) => digest?.slice(0, "sha256:".length + 12) ?? "";

/**
 * Returns the lines of a change: what it is of, what it was and is, under which licence, where its source is read.
 *
 * @param all every change: the communes of this one are named if another one is of the same image.
 */
export function pinLines(
  { image: reference, change, from, to, licence, source, communes }: PinChange,
  all: readonly PinChange[],
): string[] {
  const differs = all.filter((each) => each.image === reference).length > 1;
  const image = differs ? `${reference} (${communes.join(", ")})` : reference;
  const software = `${licence}, source ${source}`;
  switch (change) {
    case "same":
      return [`  =  ${image}  ${short(to)}`];
    case "gone":
      return [
        spoken({
          en: `  -  ${image}  ${short(from)}  not run any more`,
          fr: `  -  ${image}  ${short(from)}  ne tourne plus`,
        }),
      ];
    case "new":
      return [`  +  ${image}  ${short(to)}`, `     ${software}`];
    case "other build":
      return [
        `  ~  ${image}  ${short(from)} -> ${short(to)}`,
        spoken({
          en: `     another build under the same name: read what changed before you apply it. ${software}`,
          fr: `     une autre version exacte sous le même nom : lisez ce qui a changé avant d’appliquer. ${software}`,
        }),
      ];
  }
}
