import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { type History, recordPath } from "./history.ts";

/** More commits than these since a test file was last seen green on record, and `npm test` is red. */
export const mostBehind = 100;

const commit = z.string().regex(/^[0-9a-f]{40}$/);
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

const entrySchema = z.object({
  commit,
  date,
  seconds: z.number(),
  /** 2 where it failed beside others and passed alone. */
  tries: z.number(),
  result: z.enum(["passed", "failed"]),
});

const recordSchema = z.object({
  /** The commit from which on files without an entry are counted. */
  since: commit,
  /** The last run of everything, if there was one: seconds of all its parts, and how many files are left to pass. */
  whole: z.object({ commit, date, seconds: z.number(), left: z.number() }).optional(),
  files: z.record(z.string(), entrySchema),
  /** Long campaigns: when each passed last, and with which words. */
  campaigns: z.record(z.string(), z.object({ commit, date, seconds: z.number(), words: z.string() })),
});

/** Result of a test file when it ran last, by `npm run test:all`. */
export type Entry = z.infer<typeof entrySchema>;

/** Record of `npm run test:all` and `npm run campaign`: `test/all.json`. */
export type TestRecord = z.infer<typeof recordSchema>;

const fileOf = (root: string) => join(root, recordPath);

/** Reads the record of a project; without one, an empty record that begins now. */
export function readRecord(root: string, head: string): TestRecord {
  const file = fileOf(root);
  if (!existsSync(file)) return { since: head, files: {}, campaigns: {} };
  return recordSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** Writes the record, files and campaigns by name. */
export function writeRecord(root: string, { since, whole, files, campaigns }: TestRecord): void {
  const sorted = <T>(entries: Record<string, T>) =>
    Object.fromEntries(Object.entries(entries).sort(([a], [b]) => a.localeCompare(b, "en")));
  const record = { since, whole, files: sorted(files), campaigns: sorted(campaigns) };
  // One line for each file, so that a diff shows what ran.
  const text = JSON.stringify(record, undefined, 2).replace(
    /\{\n\s+("commit"[^{}]*)\n\s+\}/g,
    (_, inner: string) => `{ ${inner.replace(/\n\s+/g, " ")} }`,
  );
  writeFileSync(fileOf(root), `${text}\n`);
}

/** Whether a path is a test file, or lies in the folder that bears the name of one. */
const ofATest = (root: string, path: string) =>
  path.endsWith(".test.ts") || existsSync(join(root, `${dirname(path)}.test.ts`));

/**
 * Returns whether what passed at a commit would pass now: nothing else changed since then than the record, comments, and
 * tests of which it has no part.
 *
 * @param parts files of which the test is made.
 */
export async function standsSince(
  commit: string,
  parts: ReadonlySet<string>,
  root: string,
  history: History,
): Promise<boolean> {
  const changed = await history.changedSince(commit);
  if (changed === undefined) return false;
  return [...changed].every((path) => path === recordPath || (ofATest(root, path) && !parts.has(path)));
}

/** A test file that was not seen green for so many commits. */
export interface Behind {
  file: string;
  commits: number;
}

/**
 * Returns how far behind HEAD each file's entry is, the furthest first. What failed is as far behind as the record is
 * old, and so is what never ran, but for a file that came later; a commit that the history does not have counts as too far.
 */
export async function behind(
  files: readonly string[],
  record: TestRecord,
  history: History,
): Promise<Behind[]> {
  const each = files.map(async (file) => {
    const entry = record.files[file];
    if (entry?.result === "passed") return { file, commits: await history.commitsSince(entry.commit) };
    const sinceRecord = await history.commitsSince(record.since);
    const added = entry === undefined ? await history.addedWith(file) : undefined;
    const commits =
      added === undefined ? sinceRecord : Math.min(sinceRecord, await history.commitsSince(added));
    return { file, commits };
  });
  return (await Promise.all(each)).sort((a, b) => b.commits - a.commits);
}
