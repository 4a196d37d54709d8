import { execa } from "execa";
import { openCluster } from "../local/cluster/index.ts";
import { Project } from "../test/cluster/project.ts";
import { objectsOf } from "./objects.ts";
import { median, seconds } from "./timing.ts";

/**
 * `npm run bench:up`: a commune from nothing to Ready, by `pulumi up` and by `kubectl apply` and `wait` of the
 * same objects, in turns on the local cluster. Prints medians and their ratio.
 */
const { environment } = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");
const stack = "villeurbanne";
const runs = 3;
const project = new Project(environment);

async function kubectl(args: readonly string[], input?: string): Promise<void> {
  await execa("kubectl", args, { env: environment, ...(input === undefined ? {} : { input }) });
}

/** What a user of kubectl types, in the order in which it works. */
async function applyAndWait(list: string): Promise<void> {
  await kubectl(["apply", "--server-side", "-f", "-"], list);
  const database = ["wait", "-n", `${stack}-database`, "--timeout=300s"];
  await kubectl([...database, "statefulset/database", "--for=jsonpath={.status.readyReplicas}=1"]);
  await kubectl([...database, "job", "--all", "--for=condition=Complete"]);
  await kubectl([
    "wait",
    "-n",
    `${stack}-nextcloud`,
    "deployment",
    "--all",
    "--for=condition=Available",
    "--timeout=300s",
  ]);
}

try {
  await project.createStack(stack);
  const byPulumi: number[] = [];
  const byKubectl: number[] = [];
  for (let run = 0; run < runs; run++) {
    byPulumi.push(await seconds(() => project.up(stack)));
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: await objectsOf(project, stack) });
    await project.succeed("destroy", "-s", stack, "--yes", "--skip-preview");
    byKubectl.push(await seconds(() => applyAndWait(list)));
    await kubectl(["delete", "namespace", `${stack}-database`, `${stack}-nextcloud`]);
  }
  console.log(`from nothing to Ready, ${runs} runs each, medians`);
  console.log(`  pulumi up                 ${median(byPulumi).toFixed(1)} s`);
  console.log(`  kubectl apply and wait    ${median(byKubectl).toFixed(1)} s`);
  console.log(`  pulumi / kubectl          ${(median(byPulumi) / median(byKubectl)).toFixed(2)}`);
} finally {
  project.remove();
}
