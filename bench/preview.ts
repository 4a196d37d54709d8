import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { openCluster } from "../local/cluster/index.ts";
import { Project } from "../test/cluster/project.ts";
import { inTurns } from "../test/cluster/timing.ts";
import { objectsOf } from "./objects.ts";

/**
 * `npm run bench preview`: a preview that finds nothing to change, against `kubectl diff` of the same objects. With
 * its defaults and on the server's side, and against a preview of as many empty ConfigMaps, which is what Pulumi and
 * its SDK take whatever the program; in turns on the local cluster. Prints medians by the clock and of processor time,
 * and their ratios: on a busy machine the second says more.
 */
const { environment } = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");
const stack = "villeurbanne";
const runs = 5;
const project = new Project(environment);
const bare = { stack: "bare", project: new Project(environment) };

/** A program of so many empty ConfigMaps. */
function bareProgram(objects: number): string {
  return `import core from "@pulumi/kubernetes/core/v1/index.js";
const parent = new core.Namespace("bench-bare", { metadata: { name: "bench-bare" } });
for (let index = 1; index < ${objects}; index++) {
  const metadata = { name: \`map-\${index}\`, namespace: "bench-bare" };
  new core.ConfigMap(metadata.name, { metadata }, { parent });
}
`;
}

/** `kubectl diff` ends with 1 when it found a difference, and with more when it could not compare. */
async function diff(input: string, ...flags: string[]): Promise<void> {
  const args = ["diff", ...flags, "--filename=-"];
  const { exitCode, stderr } = await execa("kubectl", args, { env: environment, input, reject: false });
  if (exitCode === undefined || exitCode > 1)
    throw new Error(`kubectl diff ended with ${exitCode}: ${stderr}`);
}

try {
  await project.createStack(stack);
  await project.up(stack);
  const objects = await objectsOf(project, stack);
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  writeFileSync(join(bare.project.folder, "index.ts"), bareProgram(objects.length));
  await bare.project.createStack(bare.stack);
  await bare.project.up(bare.stack);
  const steps: [string, () => Promise<unknown>][] = [
    ["pulumi preview, nothing changed", () => project.succeed("preview", "-s", stack)],
    ["as many empty ConfigMaps", () => bare.project.succeed("preview", "-s", bare.stack)],
    ["kubectl diff", () => diff(list)],
    ["kubectl diff --server-side", () => diff(list, "--server-side", "--force-conflicts")],
  ];
  const all = await inTurns(steps, runs);
  const [previews = { clock: Number.NaN, processor: Number.NaN }] = all;
  const load = (loadavg()[0] ?? 0).toFixed(1);
  console.log(`${objects.length} objects, ${runs} runs each, medians, load average ${load}`);
  for (const each of all) {
    const line = (["clock", "processor"] as const).map(
      (what) =>
        `${each[what].toFixed(2)} s ${what}, ${(each[what] / previews[what]).toFixed(2)} of a preview`,
    );
    console.log(`  ${each.title.padEnd(34)} ${line.join("; ")}`);
  }
} finally {
  for (const [one, name] of [
    [project, stack],
    [bare.project, bare.stack],
  ] as const) {
    await one.pulumi(["destroy", "-s", name, "--yes"]);
    one.remove();
  }
}
