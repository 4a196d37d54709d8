import { loadavg } from "node:os";
import { execa } from "execa";
import { openCluster } from "../local/cluster/index.ts";
import { Project } from "../test/cluster/project.ts";
import { objectsOf } from "./objects.ts";
import { median, taken } from "./timing.ts";

/**
 * `npm run bench:preview`: a preview that finds nothing to change, against `kubectl diff` of the same objects, with
 * its defaults and on the server's side, in turns on the local cluster. Prints medians by the clock and of processor
 * time, and their ratios: on a busy machine the second says more.
 */
const { environment } = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");
const stack = "villeurbanne";
const runs = 5;
const project = new Project(environment);

type Taken = Awaited<ReturnType<typeof taken>>;

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
  const steps: [string, () => Promise<unknown>][] = [
    ["pulumi preview, nothing changed", () => project.succeed("preview", "-s", stack)],
    ["kubectl diff", () => diff(list)],
    ["kubectl diff --server-side", () => diff(list, "--server-side", "--force-conflicts")],
  ];
  const figures: Taken[][] = steps.map(() => []);
  // The first turn compiles the program and warms file caches.
  for (let run = 0; run <= runs; run++)
    for (const [index, [, step]] of steps.entries()) {
      const figure = await taken(step);
      if (run > 0) figures[index]?.push(figure);
    }
  const middle = (some: readonly Taken[], what: keyof Taken) => median(some.map((each) => each[what]));
  const [previews = []] = figures;
  const load = (loadavg()[0] ?? 0).toFixed(1);
  console.log(`${objects.length} objects, ${runs} runs each, medians, load average ${load}`);
  for (const [index, [title]] of steps.entries()) {
    const line = (["clock", "processor"] as const).map((what) => {
      const figure = middle(figures[index] ?? [], what);
      return `${figure.toFixed(2)} s ${what}, ${(figure / middle(previews, what)).toFixed(2)} of a preview`;
    });
    console.log(`  ${title.padEnd(34)} ${line.join("; ")}`);
  }
} finally {
  await project.succeed("destroy", "-s", stack, "--yes", "--skip-preview");
  project.remove();
}
