import { execa } from "execa";
import { checkout } from "../local/paths.ts";
import { anotherRunFollows, clear, takeDown } from "./cluster/shared.ts";
import { readHistory } from "./turn/history.ts";
import { type Entry, readRecord, writeRecord } from "./turn/record.ts";
import { type Outcome, type Place, runChosen, secondTries } from "./turn/run.ts";
import { longStages, officialRun, stages } from "./turn/stages.ts";
import { listFiles } from "./turn/vitest.ts";

/**
 * `npm run test:all [name…]`: all tests there are, or those of the stages with these names and the files with these words
 * in their path, and writes down in test/all.json how each file ended. Nothing is written of files that are not committed:
 * nobody could say what ran.
 */
const interrupted = new AbortController();
// A terminal sends it, and npm once more.
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => interrupted.abort(new Error(signal)));

const words = process.argv.slice(2);
const wanted = (file: string, stage: string) =>
  words.length === 0 || words.some((word) => file.includes(word) || stage === word);
const history = await readHistory(checkout);
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

/** What has no entry of its own: each run of `npm test` has it. */
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

/** Whether everything ran, and passed. */
const whole = (): boolean =>
  words.length === 0 && !interrupted.signal.aborted && outcomes.every(({ passed }) => passed);

function write(): void {
  if (history === undefined || !history.clean) {
    console.log("\nNot written to test/all.json: there are files that are not committed.");
    return;
  }
  const date = new Date().toISOString().slice(0, 10);
  const { head: commit } = history;
  for (const { file, passed, seconds, tries } of outcomes)
    record.files[file] = {
      commit,
      date,
      seconds,
      tries,
      result: passed ? "passed" : "failed",
    } satisfies Entry;
  if (whole()) record.whole = { commit, date, seconds: Math.round((Date.now() - began) / 1000) };
  writeRecord(checkout, record);
  console.log("\nWritten: test/all.json. Commit it.");
}

let passed = words.length > 0 || (await cheap());
try {
  for (const stage of [...stages, ...longStages]) {
    if (!passed || interrupted.signal.aborted) break;
    const listed = await listFiles(
      checkout,
      stage.projects.map(({ name }) => name),
    );
    const files = listed.map(({ file }) => file).filter((file) => wanted(file, stage.name));
    outcomes.push(...(await runChosen(place, stage, files)));
  }
} finally {
  await takeDown();
}
// It has a cluster of its own, with other plugins.
if (passed && wanted(officialRun, "official") && !interrupted.signal.aborted) outcomes.push(await official());
write();

passed &&= !interrupted.signal.aborted && outcomes.every((outcome) => outcome.passed);
const failed = outcomes.filter((outcome) => !outcome.passed).map(({ file }) => file);
console.log(
  `\n${outcomes.length - failed.length} of ${outcomes.length} files passed in ${Math.round((Date.now() - began) / 60_000)} min`,
);
for (const file of failed) console.log(`✘ ${file}`);
const again = secondTries(outcomes);
if (again !== undefined) console.log(again);
process.exitCode = passed && outcomes.length > 0 ? 0 : 1;
