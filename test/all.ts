import { execa } from "execa";
import { checkout } from "../local/paths.ts";
import { anotherRunFollows, clear, takeDown } from "./cluster/shared.ts";
import { readHistory } from "./turn/history.ts";
import { inputsOf } from "./turn/inputs.ts";
import { type Entry, readRecord, standsSince, writeRecord } from "./turn/record.ts";
import { type Outcome, type Place, runBeside, runChosen, secondTries } from "./turn/run.ts";
import { besideStages, clusterStage, longStages, officialRun, type Stage } from "./turn/stages.ts";
import { listFiles } from "./turn/vitest.ts";

/**
 * `npm run test:all [name…]`: all tests there are, or those of the stages with these names and the files with these words
 * in their path, and writes down in test/all.json how each file ended. What passed on this code does not run again: a run
 * that was broken off goes on where it ended, even if the record was committed meanwhile, or a test changed of which it has no part. Nothing
 * is written of files that are not committed: nobody could say what ran.
 */
const interrupted = new AbortController();
// A terminal sends it, and npm once more.
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => interrupted.abort(new Error(signal)));

const words = process.argv.slice(2);
const wanted = (file: string, stage: string) =>
  words.length === 0 || words.some((word) => file.includes(word) || stage === word);
const history = await readHistory(checkout);
const head = history?.clean ? history.head : undefined;
const record = readRecord(checkout, history?.head ?? "");
const place: Place = {
  ...{ root: checkout, record, history, signal: interrupted.signal },
  env: { [anotherRunFollows]: "1" },
  beforeAgain: clear,
};
const began = Date.now();
const outcomes: Outcome[] = [];

const script = async (name: string): Promise<boolean> =>
  !(await execa("npm", ["run", name], { stdio: "inherit", reject: false })).failed;

/** Runs the checks that have no entry of their own: each run of `npm test` has them. */
async function cheap(): Promise<boolean> {
  for (const name of ["lint:all", "types", "test:unit"]) if (!(await script(name))) return false;
  return true;
}

async function official(): Promise<Outcome> {
  const from = Date.now();
  const { failed } = await execa("tsx", [officialRun], {
    ...{ preferLocal: true, stdio: "inherit", reject: false },
  });
  const seconds = Math.round((Date.now() - from) / 1000);
  return { file: officialRun, passed: !failed, seconds, tries: 1 };
}

/** Writes what has ended so far. */
function write(): void {
  if (head === undefined) {
    console.log("\nNot written to test/all.json: there are files that are not committed.");
    return;
  }
  const date = new Date().toISOString().slice(0, 10);
  for (const { file, passed, seconds, tries } of outcomes)
    record.files[file] = {
      ...{ commit: head, date, seconds, tries },
      result: passed ? "passed" : "failed",
    } satisfies Entry;
  if (words.length === 0) {
    const seconds = earlier + Math.round((Date.now() - began) / 1000);
    const passed = new Set(outcomes.filter((each) => each.passed).map(({ file }) => file));
    const left = all.filter((file) => !before.has(file) && !passed.has(file)).length;
    record.whole = { commit: head, date, seconds, left };
  }
  writeRecord(checkout, record);
  console.log("\nWritten: test/all.json. Commit it.");
}

/** The files of a stage. */
const filesOf = async ({ projects }: Stage) =>
  (
    await listFiles(
      checkout,
      projects.map(({ name }) => name),
    )
  ).map(({ file }) => file);

const files = new Map<Stage, readonly string[]>();
for (const stage of [...besideStages, clusterStage, ...longStages]) files.set(stage, await filesOf(stage));
const all = [...[...files.values()].flat(), officialRun];
const parts = inputsOf(
  checkout,
  // Under the official provider several of these files run.
  all.filter((file) => file !== officialRun).map((file) => ({ file, subject: false, beside: [] })),
);
const everyPart = new Set([...parts.values()].flat());
const standing = async (commit: string, ofThem: ReadonlySet<string>) =>
  head !== undefined && history !== undefined && (await standsSince(commit, ofThem, checkout, history));
/** Files that do not run again. */
const before = new Set<string>();
for (const file of all) {
  const { commit, result } = record.files[file] ?? {};
  const own = parts.has(file) ? new Set(parts.get(file)) : everyPart;
  if (commit !== undefined && result === "passed" && (await standing(commit, own))) before.add(file);
}
/** Seconds of the runs of everything on this code that were broken off. */
const { whole } = record;
const goesOn = whole !== undefined && whole.left > 0 && (await standing(whole.commit, new Set()));
const earlier = goesOn ? whole.seconds : 0;
const named = [...files].some(([stage, listed]) => listed.some((file) => wanted(file, stage.name)));
if (!named && !wanted(officialRun, "official")) {
  console.error(`No test file has ${words.join(" or ")} in its path, and no stage is called so.`);
  process.exit(1);
}

/** Runs what is left of some stages, one after the other. */
async function runStages(where: Place, stages: readonly Stage[]): Promise<void> {
  for (const stage of stages) {
    if (interrupted.signal.aborted) return;
    const chosen = (files.get(stage) ?? []).filter((file) => wanted(file, stage.name) && !before.has(file));
    if (chosen.length === 0) continue;
    outcomes.push(...(await runChosen(where, stage, chosen)));
    write();
  }
}

let passed = words.length > 0 || (await cheap());
try {
  if (passed)
    await Promise.all([
      runStages(place, [clusterStage, ...longStages]),
      runBeside(place, (where) => runStages(where, besideStages)),
    ]);
} finally {
  await takeDown();
}
// It has a cluster of its own, with other plugins.
if (passed && wanted(officialRun, "official") && !before.has(officialRun) && !interrupted.signal.aborted) {
  outcomes.push(await official());
  write();
}

passed &&= !interrupted.signal.aborted && outcomes.every((outcome) => outcome.passed);
const failed = outcomes.filter((outcome) => !outcome.passed).map(({ file }) => file);
console.log(
  `\n${outcomes.length - failed.length} of ${outcomes.length} files passed in ${Math.round((Date.now() - began) / 60_000)} min`,
);
for (const file of failed) console.log(`✘ ${file}`);
const again = secondTries(outcomes);
if (again !== undefined) console.log(again);
if (outcomes.length === 0 && passed) console.log("Each of them passed on this code already (test/all.json).");
process.exitCode = passed ? 0 : 1;
