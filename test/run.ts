import { cpus } from "node:os";
import { execa } from "execa";
import { checkout } from "../local/paths.ts";
import { Background } from "./background.ts";
import { anotherRunFollows, clear, takeDown } from "./cluster/shared.ts";
import { readHistory } from "./turn/history.ts";
import { readRecord } from "./turn/record.ts";
import { type Outcome, type Place, recordHolds, runBeside, runStage, secondTries } from "./turn/run.ts";
import { besideStages, clusterStage, longStages, officialRun, type Stage } from "./turn/stages.ts";
import { listFiles } from "./turn/vitest.ts";

/**
 * `npm test`: lint, types and unit, and beside them the cluster is built and started; then the tests on it, and beside them
 * the slow files and those in a browser. Of these three it runs the core, what changed, and a twelfth of the others in turn;
 * test/all.json has when each was seen green. Ends with how long each stage took.
 */
const interrupted = new AbortController();
// A terminal sends it, and npm once more.
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => interrupted.abort(new Error(signal)));

const history = await readHistory(checkout);
const place: Place = {
  root: checkout,
  record: readRecord(checkout, history?.head ?? ""),
  history,
  signal: interrupted.signal,
  // The cluster goes when all is done, and not after each run of vitest.
  env: { [anotherRunFollows]: "1" },
  beforeAgain: clear,
};
const outcomes: Outcome[] = [];
const took: string[] = [];

/** Returns how long the machine's processors have worked, milliseconds. */
const worked = () =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);

async function timed(stage: string, work: () => Promise<boolean>): Promise<boolean> {
  const [began, workedBefore] = [Date.now(), worked()];
  const passed = (await work()) && !interrupted.signal.aborted;
  const ms = Math.max(1, Date.now() - began);
  const seconds = String(Math.round(ms / 1000)).padStart(6);
  // What else runs on the machine counts too, the cluster's pods among it.
  const share = Math.min(1, (worked() - workedBefore) / (ms * cpus().length));
  const busy = String(Math.round(100 * share)).padStart(4);
  took.push(`${seconds} s ${busy} % of the processors  ${stage}${passed ? "" : ": failed"}`);
  return passed;
}

const script = (name: string) =>
  timed(name, async () => {
    const { failed } = await execa("npm", ["run", name], {
      stdio: "inherit",
      reject: false,
      cancelSignal: interrupted.signal,
    });
    return !failed;
  });

const inTurn = (stage: Stage, where: Place) =>
  timed(stage.name, async () => {
    const ended = await runStage(where, stage);
    outcomes.push(...ended);
    return ended.every(({ passed }) => passed);
  });

async function onRecord(): Promise<boolean> {
  const projects = [...besideStages, clusterStage, ...longStages].flatMap((stage) =>
    stage.projects.map(({ name }) => name),
  );
  const files = (await listFiles(checkout, projects)).map(({ file }) => file);
  const passed = new Set(outcomes.filter((each) => each.passed).map(({ file }) => file));
  return recordHolds(place, [...files, officialRun], passed);
}

async function inOrder(steps: readonly (() => Promise<boolean>)[]): Promise<boolean> {
  for (const step of steps) if (!(await step())) return false;
  return true;
}

async function everything(cluster: Background): Promise<boolean> {
  const started = () => timed("rest of the cluster's start", () => cluster.finish(console.log));
  for (const name of ["lint:all", "types", "test:unit"]) {
    // A machine that cannot run the cluster is told so at once, not after everything else.
    if (cluster.succeeded === false) return started();
    if (!(await script(name))) return false;
  }
  const onCluster = () => inTurn(clusterStage, place);
  // Tests on the cluster leave the processors a quarter of their time.
  const beside = besideStages.map((stage) => () => runBeside(place, (where) => inTurn(stage, where)));
  const passed = await Promise.all([inOrder([started, onCluster]), inOrder(beside)]);
  if (!passed.every(Boolean)) return false;
  return timed("record", onRecord);
}

const cluster = new Background(process.execPath, ["--import", "tsx", "test/cluster/start.ts"]);
let passed = false;
try {
  passed = await everything(cluster);
} finally {
  await cluster.stop();
  await takeDown();
  console.log(`\n${took.join("\n")}`);
  const again = secondTries(outcomes);
  if (again !== undefined) console.log(`\n${again}`);
}
process.exitCode = passed ? 0 : 1;
