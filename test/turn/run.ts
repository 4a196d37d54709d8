import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Candidate, type Choice, choose, turns } from "./choose.ts";
import type { History } from "./history.ts";
import { inputsOf } from "./inputs.ts";
import { behind, mostBehind, type TestRecord } from "./record.ts";
import type { Stage } from "./stages.ts";
import { listFiles, type Output, type Ran, runFiles } from "./vitest.ts";

/** Result of a test file, with its second try if it had one. */
export interface Outcome {
  file: string;
  passed: boolean;
  seconds: number;
  tries: number;
}

/** Folder in which tests run, and what is known of earlier runs. */
export interface Place {
  root: string;
  record: TestRecord;
  /** Undefined if git knows nothing: then nothing counts as changed, and the first twelfth runs. */
  history: History | undefined;
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  /** Takes away what files left that failed, before they run again. */
  beforeAgain?: () => Promise<void>;
  /** The terminal unless given. */
  output?: Output;
}

async function candidatesOf({ root, record, history }: Place, stage: Stage): Promise<Candidate[]> {
  const listed = await listFiles(
    root,
    stage.projects.map(({ name }) => name),
  );
  const inTurn = listed.filter(({ file }) => !stage.always.includes(file));
  const inputs = inputsOf(
    root,
    inTurn.map(({ file, project }) => ({
      file,
      ...(stage.projects.find(({ name }) => name === project) ?? { subject: false, beside: [] }),
    })),
  );
  const always = stage.always.map((file) => ({ file, subject: false, beside: [] }));
  // What these have too, they show themselves.
  const shown = new Set([...inputsOf(root, always).values()].flat());
  const each = inTurn.map(async ({ file }): Promise<Candidate> => {
    const entry = record.files[file];
    const seconds = entry?.seconds;
    if (history === undefined) return { file, seconds, changed: false };
    if (entry?.result !== "passed") return { file, seconds, changed: true };
    const since = await history.changedSince(entry.commit);
    const changed =
      since === undefined || (inputs.get(file) ?? []).some((input) => since.has(input) && !shown.has(input));
    return { file, seconds, changed };
  });
  return Promise.all(each);
}

const minutes = (seconds: number) => `${Math.round(seconds / 60)} min`;

function tell({ name, always }: Stage, { changed, turn, left }: Choice, place: Place): void {
  const count = place.history?.count ?? 0;
  const leftSeconds = left.reduce((sum, file) => sum + (place.record.files[file]?.seconds ?? 0), 0);
  console.log(
    `\n${name}, turn ${(count % turns) + 1} of ${turns} (${count} commits): ${[
      ...(always.length > 0 ? [`${always.length} always`] : []),
      `${changed.length} changed since they were green, or not on record`,
      `${turn.length} in turn`,
      `${left.length} left out (${minutes(leftSeconds)} of work): npm run test:all`,
    ].join(", ")}\n`,
  );
}

/** Runs a stage: what runs always, what changed, and a twelfth of the others in turn. */
export async function runStage(place: Place, stage: Stage): Promise<Outcome[]> {
  const choice = choose(await candidatesOf(place, stage), place.history?.count ?? 0);
  tell(stage, choice, place);
  return runChosen(place, stage, [...stage.always, ...choice.changed, ...choice.turn]);
}

/** Runs vitest beside something else: what it prints stands together at its end, and what others left is theirs. */
export async function runBeside<Result>(
  place: Place,
  work: (place: Place) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "test-output-"));
  const file = join(folder, "output");
  writeFileSync(file, "");
  try {
    const beforeAgain = async () => undefined;
    return await work({ ...place, beforeAgain, output: { file, append: true } });
  } finally {
    console.log(readFileSync(file, "utf8"));
    rmSync(folder, { recursive: true });
  }
}

/** Runs files of a stage; a few that failed run again, one by one. */
export async function runChosen(
  { root, env, signal, output, beforeAgain = async () => undefined }: Place,
  stage: Stage,
  files: readonly string[],
): Promise<Outcome[]> {
  if (files.length === 0) return [];
  const projects = stage.projects.map(({ name }) => name);
  const options = { words: stage.words, env, signal, output };
  const first = await runFiles(root, projects, files, options);
  const failed = first.results.filter(({ passed }) => !passed).map(({ file }) => file);
  const once = outcomesOf(first, 1);
  if (failed.length === 0 || failed.length > stage.again || signal?.aborted) return once;
  console.log(`\nAgain, one by one: ${failed.join(", ")}\n`);
  await beforeAgain();
  const words = [...stage.words, "--no-file-parallelism"];
  const second = outcomesOf(await runFiles(root, projects, failed, { ...options, words }), 2);
  return [...once.filter(({ file }) => !failed.includes(file)), ...second];
}

function outcomesOf({ results, passed }: Ran, tries: number): Outcome[] {
  const outcomes = results.map((result) => ({ ...result, tries }));
  // An error outside of any test: no file says so, and none can be believed.
  return passed || outcomes.some((outcome) => !outcome.passed)
    ? outcomes
    : outcomes.map((outcome) => ({ ...outcome, passed: false }));
}

/** Returns what passed at the second try only, as one line; undefined if nothing did. */
export function secondTries(outcomes: readonly Outcome[]): string | undefined {
  const again = outcomes.filter(({ passed, tries }) => passed && tries > 1).map(({ file }) => file);
  return again.length === 0
    ? undefined
    : `Second tries: ${again.length}. Failed beside others and passed alone, a test to fix: ${again.join(", ")}`;
}

/** Says how far the record is behind HEAD, and returns whether that may be. What just passed is not behind. */
export async function recordHolds(
  { record, history }: Place,
  files: readonly string[],
  passed: ReadonlySet<string>,
): Promise<boolean> {
  if (history === undefined) {
    console.log("No git history: how far the record of test runs (test/all.json) is behind cannot be told.");
    return true;
  }
  const [furthest] = await behind(
    files.filter((file) => !passed.has(file)),
    record,
    history,
  );
  const commits = furthest?.commits ?? 0;
  const where = furthest && `, furthest ${furthest.file}`;
  console.log(
    `On record (test/all.json): each file was seen green at most ${commits} commits ago${where ?? ""}; ${mostBehind} at most.`,
  );
  if (commits <= mostBehind) return true;
  console.log("The record is too old: npm run test:all, and commit what it writes.");
  return false;
}
