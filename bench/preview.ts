import { execa } from "execa";
import { openCluster } from "../local/cluster/index.ts";
import { Project } from "../test/cluster/project.ts";
import { objectsOf } from "./objects.ts";
import { median, seconds } from "./timing.ts";

/**
 * `npm run bench:preview`: a preview that finds nothing to change, against `kubectl diff` of the same objects,
 * in turns on the local cluster. Prints medians and their ratio.
 */
const { environment } = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");
const stack = "villeurbanne";
const runs = 5;
const project = new Project(environment);
try {
  await project.createStack(stack);
  await project.up(stack);
  const objects = await objectsOf(project, stack);
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const preview: number[] = [];
  const diff: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const previewed = await seconds(() => project.succeed("preview", "-s", stack));
    const compared = await seconds(() =>
      execa("kubectl", ["diff", "--server-side", "--force-conflicts", "-f", "-"], {
        env: environment,
        input: list,
        reject: false,
      }),
    );
    // The first turn warms file caches for both.
    if (run === 0) continue;
    preview.push(previewed);
    diff.push(compared);
  }
  console.log(`${objects.length} objects, ${runs} runs each, medians`);
  console.log(`  pulumi preview, nothing changed   ${median(preview).toFixed(2)} s`);
  console.log(`  kubectl diff                      ${median(diff).toFixed(2)} s`);
  console.log(`  kubectl diff / pulumi preview     ${(median(diff) / median(preview)).toFixed(2)}`);
} finally {
  await project.succeed("destroy", "-s", stack, "--yes", "--skip-preview");
  project.remove();
}
