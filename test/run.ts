import { execa } from "execa";
import { Background } from "./background.ts";
import { takeDown } from "./cluster/shared.ts";

/**
 * `npm test`: the stages one after the other, cheapest first, and beside them the cluster is built and started that the
 * last one needs. A stage that fails ends it all, and the cluster with it. Ends with how long each took.
 */
const stages = ["lint", "types", "test:unit", "test:slow", "test:browser"];
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => interrupted.abort(new Error(signal)));

const took: string[] = [];

async function timed(stage: string, work: () => Promise<boolean>): Promise<boolean> {
  const began = Date.now();
  const passed = await work();
  took.push(
    `${String(Math.round((Date.now() - began) / 1000)).padStart(6)} s  ${stage}${passed ? "" : ": failed"}`,
  );
  return passed;
}

const passes = (stage: string): Promise<boolean> =>
  timed(stage, async () => {
    const { failed } = await execa("npm", ["run", stage], {
      stdio: "inherit",
      reject: false,
      cancelSignal: interrupted.signal,
    });
    return !failed;
  });

async function everything(cluster: Background): Promise<boolean> {
  for (const stage of stages) {
    // A machine that cannot run the cluster is told so at once, not after everything else.
    if (cluster.succeeded === false) break;
    if (!(await passes(stage))) return false;
  }
  return (
    (await timed("rest of the cluster's start", () => cluster.finish(console.log))) && passes("test:cluster")
  );
}

const cluster = new Background(process.execPath, ["--import", "tsx", "test/cluster/start.ts"]);
let passed = false;
try {
  passed = await everything(cluster);
} finally {
  await cluster.stop();
  await takeDown();
  console.log(`\n${took.join("\n")}`);
}
process.exitCode = passed ? 0 : 1;
