import { readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openCluster } from "../local/cluster/index.ts";
import { Project } from "../test/cluster/project.ts";
import { inTurns } from "../test/cluster/timing.ts";

/**
 * `npm run bench start -- --former <checkout>`: a preview of Villeurbanne from nothing, beside a former version's. In turns:
 * this version, it without its limit of stacks, and another version in a checkout with packages of its own. Prints medians
 * by the clock and of processor time, and their ratios: on a busy machine the second says more.
 */
const { values } = parseArgs({
  options: { former: { type: "string" }, runs: { type: "string", default: "5" } },
});
const { environment } = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");
const stack = "villeurbanne";
const own = new Project(environment);
const unlimited = new Project(environment);
const former = values.former === undefined ? undefined : new Project(environment, values.former);
const projects = [own, unlimited, ...(former ? [former] : [])];

/** Its whole stack for every error: what the SDK notes at each call takes longer. */
function withoutLimit(project: Project): void {
  const file = join(project.folder, "Pulumi.yaml");
  const settings = readFileSync(file, "utf8");
  const without = settings.replace(" --stack-trace-limit=1", "");
  if (without === settings)
    throw new Error(`${file} has no limit of stacks any more: this bench has to follow it.`);
  writeFileSync(file, without);
}

try {
  withoutLimit(unlimited);
  for (const project of projects) {
    await project.createStack(stack);
    // Compiling is not measured.
    await project.compile();
  }
  const preview = (project: Project) => () => project.succeed("preview", "-s", stack);
  const all = await inTurns(
    [
      ["this version", preview(own)],
      ["without the limit of stacks", preview(unlimited)],
      ...(former ? [["the former version", preview(former)] as const] : []),
    ],
    Number(values.runs),
  );
  const [now = { clock: Number.NaN, processor: Number.NaN }] = all;
  const load = (loadavg()[0] ?? 0).toFixed(1);
  console.log(`a preview from nothing, ${values.runs} runs each, medians, load average ${load}`);
  for (const each of all) {
    const line = (["clock", "processor"] as const).map(
      (what) => `${each[what].toFixed(2)} s ${what}, ${(each[what] / now[what]).toFixed(2)} of this version`,
    );
    console.log(`  ${each.title.padEnd(30)} ${line.join("; ")}`);
  }
} finally {
  for (const project of projects) project.remove();
}
