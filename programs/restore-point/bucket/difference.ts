import { several } from "../../../components/foundation/program/several.ts";
import type { Version } from "../../../components/recovery/vault/bucket/client.ts";
import { compareKeys, grouped } from "./lines.ts";
import { type Entry, versionNow } from "./list.ts";

/** A step towards a list: an object whose listed version becomes its newest, or one that is marked as deleted. */
export type Step =
  | { kind: "copy"; entry: Entry; isOverwritten: boolean; isThere: boolean }
  | { kind: "hide"; key: string };

/**
 * Yields the steps after which every object is as in a list. Computed anew they are those that are left, wherever a run
 * was cut.
 *
 * @param list and `versions` are sorted by key.
 */
export async function* stepsTo(
  list: AsyncIterable<Entry>,
  versions: AsyncIterable<Version>,
): AsyncGenerator<Step> {
  const entries = list[Symbol.asyncIterator]();
  const next = async (): Promise<Entry | undefined> => {
    const { done, value } = await entries.next();
    return done ? undefined : value;
  };
  let entry = await next();
  const absent = (of: Entry): Step => ({ kind: "copy", entry: of, isOverwritten: false, isThere: false });
  for await (const { key, all } of grouped(versions)) {
    for (; entry !== undefined && compareKeys(entry.key, key) < 0; entry = await next()) yield absent(entry);
    const now = versionNow(all);
    if (entry?.key !== key) {
      if (now !== undefined) yield { kind: "hide", key };
      continue;
    }
    const { version, etag, bytes } = entry;
    if (now?.id !== version && !(now?.etag === etag && now.bytes === bytes)) {
      const isThere = all.some(({ id, isMarker }) => id === version && !isMarker);
      yield { kind: "copy", entry, isOverwritten: now !== undefined, isThere };
    }
    entry = await next();
  }
  for (; entry !== undefined; entry = await next()) yield absent(entry);
}

/** Counts of steps. */
export interface Difference {
  /** Objects that were overwritten since, that went, and that came. */
  undone: number;
  returning: number;
  aside: number;
  /** Size of what is copied inside the bucket. */
  bytes: number;
  /** Keys of objects whose listed version is gone for good: how many, and the first. */
  lost: { count: number; first: string | undefined };
}

export async function counted(steps: AsyncIterable<Step>): Promise<Difference> {
  const lost: Difference["lost"] = { count: 0, first: undefined };
  const found: Difference = { undone: 0, returning: 0, aside: 0, bytes: 0, lost };
  for await (const step of steps) {
    if (step.kind === "hide") {
      found.aside += 1;
      continue;
    }
    const { entry, isOverwritten, isThere } = step;
    if (isOverwritten) found.undone += 1;
    else found.returning += 1;
    found.bytes += entry.bytes;
    if (isThere) continue;
    lost.count += 1;
    lost.first ??= entry.key;
  }
  return found;
}

/** Requests to the store at a time. */
const atOnce = 16;

/** Ways of changing a bucket's objects. */
export interface Changes {
  /** Makes the listed version of an object its newest. */
  copy(entry: Entry): Promise<void>;
  /** Marks an object as deleted. */
  delete(key: string): Promise<void>;
}

/** Takes all steps, several at a time. Waits for those that have begun when one fails. */
export async function applySteps(steps: AsyncIterable<Step>, changes: Changes): Promise<void> {
  await several(steps, atOnce, (step) =>
    step.kind === "hide" ? changes.delete(step.key) : changes.copy(step.entry),
  );
}
