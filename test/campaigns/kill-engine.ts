import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { $ } from "zx";
import { openCluster } from "../../local/cluster/index.ts";
import { Project } from "../cluster/project.ts";

/** The stack whose engine is killed: it exists in the project and is empty. */
export interface Killing {
  project: Project;
  /** The commune. */
  stack: string;
  environment: NodeJS.ProcessEnv;
}

/** An `up` whose engine was killed. */
export interface Killed {
  /** Whether it was still going on: one that had ended was not killed. */
  met: boolean;
  /** Resources that it had recorded. */
  recorded: number;
}

/** Result of the next `up` of a stack whose engine was killed, and of `destroy` after it. */
export interface Repaired {
  /** Resources of the complete stack. */
  resources: number;
  /** Objects of the commune in the cluster that the stack does not know. */
  unknown: string[];
  /** Objects of the commune that are still there after `destroy`. */
  left: string[];
}

/** Kills the engine of an `up` (SIGKILL, with its plugins) when a moment has come. */
export async function killUpdate(
  { project, stack }: Killing,
  moment: () => Promise<unknown>,
): Promise<Killed> {
  const running = project.start("up", "-s", stack, "--yes");
  await moment();
  if (running.pid !== undefined && running.exitCode === null) process.kill(-running.pid, "SIGKILL");
  const { signal } = await running;
  const recorded = (await stateObjects(project, stack)).length;
  return { met: signal === "SIGKILL", recorded };
}

/** Runs `pulumi cancel` and one `up --refresh`, which must succeed, and looks whether cluster and stack agree. */
export async function repair({ project, stack, environment }: Killing): Promise<Repaired> {
  await project.pulumi(["cancel", "--yes", "-s", stack]);
  await project.up(stack, "--refresh");
  const known = await stateObjects(project, stack);
  const unknown = (await clusterObjects(environment, stack)).filter((object) => !known.includes(object));
  await destroy(project, stack);
  return { resources: known.length, unknown, left: await clusterObjects(environment, stack) };
}

async function destroy(project: Project, stack: string): Promise<void> {
  await project.succeed("destroy", "-s", stack, "--yes");
}

/** `Kind namespace/name` of every Kubernetes object in the stack's state. */
async function stateObjects(project: Project, stack: string): Promise<string[]> {
  const exported = JSON.parse(await project.succeed("stack", "export", "-s", stack)) as {
    deployment: { resources?: { type: string; id?: string }[] };
  };
  return (exported.deployment.resources ?? [])
    .filter(({ type, id }) => type.startsWith("kubernetes:") && id !== undefined)
    .map(({ type, id }) => `${type.split(":").at(-1)} ${id}`);
}

const kinds = [
  "namespaces,resourcequotas,limitranges,networkpolicies,secrets,configmaps,services",
  "persistentvolumeclaims,deployments,statefulsets,cronjobs,ingresses",
].join(",");

/** `Kind namespace/name` of the commune's objects in the cluster; Jobs and pods that controllers make are not looked at. */
export async function clusterObjects(environment: NodeJS.ProcessEnv, stack: string): Promise<string[]> {
  const kubectl = $({ env: { ...process.env, ...environment } });
  const found = kubectl`kubectl get ${kinds} --all-namespaces --selector=commune.cloud/commune=${stack} --output=json`;
  const { items } = await found.json<{
    items: { kind: string; metadata: { name: string; namespace?: string } }[];
  }>();
  return items.map(
    ({ kind, metadata: { namespace, name } }) =>
      `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`,
  );
}

/** Kills it at evenly spread points of an `up`, which a seed moves all by the same part of their distance. */
async function campaign(stack: string, count: number, seed: number): Promise<void> {
  const { environment } = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");
  const project = new Project(environment);
  const killing = { project, stack, environment };
  try {
    await project.createStack(stack);
    const start = Date.now();
    await project.up(stack);
    const undisturbed = Date.now() - start;
    console.log(`undisturbed up: ${(undisturbed / 1000).toFixed(1)} s`);
    await destroy(project, stack);
    const offset = ((seed * 0.618_033_988_7) % 1) / count;
    let met = 0;
    let converged = 0;
    for (let index = 0; index < count; index++) {
      const share = index / count + offset;
      const killed = await killUpdate(killing, () => sleep(undisturbed * share));
      const { resources, unknown, left } = await repair(killing);
      if (killed.met) met++;
      if (unknown.length === 0 && left.length === 0) converged++;
      const when = killed.met ? "killed" : "ended by itself before it was killed";
      console.log(
        `${when} at ${Math.round(share * 100)} %: ${killed.recorded} of ${resources} recorded, next up converged, ${unknown.length} unknown, ${left.length} left`,
      );
    }
    console.log(
      `${converged} of ${count} points converged with nothing unknown and nothing left; ${met} met a running up`,
    );
    if (converged < count || met === 0) process.exitCode = 1;
  } finally {
    project.remove();
  }
}

/**
 * `npm run campaign kill-engine`: kills the engine at many points of an update, on a cluster that `commune local up` started.
 * `-- --count 20 --seed 1 --commune albigny-sur-saone`.
 */
if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      commune: { type: "string", default: "villeurbanne" },
      count: { type: "string", default: "20" },
      seed: { type: "string", default: "1" },
    },
  });
  await campaign(values.commune, Number(values.count), Number(values.seed));
}
