import type { ImageLock, LockedImage } from "../../components/foundation/image/lock.ts";

/** Change of one image of the lock. */
export interface PinChange {
  image: string;
  change: "new" | "other build" | "same" | "gone";
  from?: string;
  to?: string;
  licence: string;
  source: string;
}

/** Lock from the present one and what was read: an image of the same build keeps the day on which it was first read. */
export function merged(before: ImageLock, read: ImageLock, keepsOthers: boolean): ImageLock {
  const entries = Object.entries(read).map(([image, now]): [string, LockedImage] => {
    const known = before[image];
    return [image, known?.digest === now.digest ? { ...now, read: known.read, from: known.from } : now];
  });
  return { ...(keepsOthers ? before : {}), ...Object.fromEntries(entries) };
}

/** Differences of two locks, by the names of the images. */
export function pinChanges(before: ImageLock, after: ImageLock): PinChange[] {
  const images = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return images.flatMap((image): PinChange[] => {
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
    return [
      { image, change, ...(was && { from: was.digest }), ...(is && { to: is.digest }), licence, source },
    ];
  });
}

const short = (digest: string | undefined) => digest?.slice(0, "sha256:".length + 12) ?? "";

/** A change for people: what it is of, what it was and is, under which licence, where its source is read. */
export function pinLines({ image, change, from, to, licence, source }: PinChange): string[] {
  const software = `${licence}, source ${source}`;
  switch (change) {
    case "same":
      return [`  =  ${image}  ${short(to)}`];
    case "gone":
      return [`  -  ${image}  ${short(from)}  no commune runs it`];
    case "new":
      return [`  +  ${image}  ${short(to)}`, `     ${software}`];
    case "other build":
      return [
        `  ~  ${image}  ${short(from)} -> ${short(to)}`,
        `     another build under the same name: read what changed before you apply it. ${software}`,
      ];
  }
}
