import { parseArgs } from "node:util";
import { $ } from "zx";
import { openCluster } from "../../local/cluster/index.ts";
import { Project } from "../cluster/project.ts";

/** What happened when the engine was killed at one point of an `up`. */
export interface KillPoint {
  /** Share of the undisturbed `up` after which the engine was killed, from 0 to 1. */
  share: number;
  /** Resources that the killed run had recorded. */
  recorded: number;
  /** Objects of the commune in the cluster that the stack does not know after the next `up`. */
  unknown: string[];
  /** Objects of the commune that are still there after `destroy`. */
  left: string[];
}

export interface KillEngineArgs {
  /** A project in which the stack exists and is empty. */
  project: Project;
  /** The commune. */
  stack: string;
  environment: NodeJS.ProcessEnv;
  count: number;
  /** Moves all points by the same part of their distance. */
  seed: number;
  report?: (line: string) => void;
}

/**
 * Kills the engine (SIGKILL, with its plugins) at evenly spread points of an `up`, runs `pulumi cancel` and one
 * `up --refresh`, which must succeed, and looks whether cluster and stack agree.
 */
export async function killEngine(
  args: KillEngineArgs,
): Promise<{ undisturbedSeconds: number; points: KillPoint[] }> {
  const { project, stack, count, report = () => undefined } = args;
  const start = Date.now();
  await project.up(stack);
  const undisturbed = Date.now() - start;
  report(`undisturbed up: ${(undisturbed / 1000).toFixed(1)} s`);
  await destroy(project, stack);
  const offset = ((args.seed * 0.618_033_988_7) % 1) / count;
  const points: KillPoint[] = [];
  for (let index = 0; index < count; index++) {
    const point = await killAt(args, undisturbed, index / count + offset);
    report(
      `killed at ${Math.round(point.share * 100)} %: ${point.recorded} recorded, next up converged, ${point.unknown.length} unknown, ${point.left.length} left`,
    );
    points.push(point);
  }
  return { undisturbedSeconds: undisturbed / 1000, points };
}

async function killAt(
  { project, stack, environment }: KillEngineArgs,
  undisturbed: number,
  share: number,
): Promise<KillPoint> {
  const running = project.start("up", "-s", stack, "--yes");
  await new Promise((resolve) => setTimeout(resolve, undisturbed * share));
  if (running.pid !== undefined && running.exitCode === null) process.kill(-running.pid, "SIGKILL");
  await running;
  const recorded = (await stateObjects(project, stack)).length;
  await project.pulumi(["cancel", "--yes", "-s", stack]);
  await project.up(stack, "--refresh");
  const known = new Set(await stateObjects(project, stack));
  const unknown = (await clusterObjects(environment, stack)).filter((object) => !known.has(object));
  await destroy(project, stack);
  return { share, recorded, unknown, left: await clusterObjects(environment, stack) };
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

/** `Kind namespace/name` of the commune's objects; Jobs and pods that controllers make are not looked at. */
async function clusterObjects(environment: NodeJS.ProcessEnv, stack: string): Promise<string[]> {
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

async function campaign(stack: string, count: number, seed: number): Promise<void> {
  const { environment } = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");
  const project = new Project(environment);
  try {
    await project.createStack(stack);
    const { points } = await killEngine({ project, stack, environment, count, seed, report: console.log });
    const failed = points.filter(({ unknown, left }) => unknown.length > 0 || left.length > 0);
    console.log(
      `${points.length - failed.length} of ${points.length} points converged with nothing unknown and nothing left`,
    );
    if (failed.length > 0) process.exitCode = 1;
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
