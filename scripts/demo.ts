import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import type { ListrTask } from "listr2";
import { declaredDomains, type LoadedCommune, loadCommune } from "../components/commune/load.ts";
import { planCommune, publicHosts } from "../components/commune/plan.ts";
import { lockFile } from "../components/foundation/image/lock.ts";
import { siteOf, siteSchema } from "../components/foundation/site/site.ts";
import { serviceNames } from "../components/services/index.ts";
import { type Cluster, openCluster } from "../local/cluster/index.ts";
import { network } from "../local/cluster/layout.ts";
import { portsFromEnvironment } from "../local/cluster/ports.ts";
import { checkMachine } from "../local/cluster/requirements.ts";
import { defaultRecipes } from "../local/images/recipes.ts";
import { runTasks } from "../local/listing.ts";
import { cacheFolder, checkout } from "../local/paths.ts";
import type { PluginChoice } from "../local/plugins/official.ts";
import { type LocalContext, localTasks } from "../local/tasks.ts";
import { pluginsOption } from "./local.ts";
import { type ImageOptions, imageSummary, localImages, withImageOptions } from "./local-images.ts";
import type { Doorway } from "./look/doorway.ts";
import { memoryOf } from "./look/memory.ts";
import { lookTasks } from "./look/tasks.ts";
import { togetherTasks } from "./look/together.ts";
import { pinMissing } from "./pin.ts";
import { madeByDemo, Stack, settingsFile, settingsIn } from "./stack.ts";

const commune = "villeurbanne";
/** A small one, with which it is linked on this machine. */
const neighbour = "albigny-sur-saone";

/** Where the demo goes: a cluster that it makes on this machine, or one that exists. */
export type Target = { kind: "embedded" } | { kind: "context"; context: string };

/** Without `--context` nothing outside this machine is touched. */
export function targetOf({ context }: { context?: string }): Target {
  return context === undefined ? { kind: "embedded" } : { kind: "context", context };
}

/** Settings of a new stack: on a cluster of one's own, data stays protected. */
export function settingsFor(target: Target): Record<string, string> {
  return target.kind === "embedded"
    ? { data: "disposable", privatePeers: `${network.ingress}/32` }
    : { context: target.context };
}

/** `commune demo`: from nothing to a commune's cloud that answers. */
export function demoCommand(): Command {
  return withImageOptions(new Command("demo"))
    .description(`Bring up the clouds of ${commune} and of ${neighbour} on this machine, and look at them.`)
    .option("--context <name>", "use this context of your kubeconfig, official plugins and upstream images")
    .addOption(pluginsOption())
    .option("--clean", "undo: remove the cluster, its data and everything else that the demo made")
    .action(async (options: DemoOptions) => {
      if (options.clean) return clean(options);
      const target = targetOf(options);
      await (target.kind === "embedded" ? onThisMachine(options) : onContext(target, options));
    });
}

interface DemoOptions extends ImageOptions {
  context?: string;
  clean?: true;
  plugins: PluginChoice;
}

async function onThisMachine({ plugins, ...options }: DemoOptions): Promise<void> {
  const cluster = openCluster("commune");
  const ports = portsFromEnvironment(process.env);
  await checkMachine(cluster.layout, ports);
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort(new Error("interrupted; what is finished is kept.")));
  console.log("\n  Commune cloud demo: two communes on one machine\n");
  const { gathered } = await runTasks<LocalContext>([
    ...localTasks({
      cluster,
      domains: declaredDomains(join(checkout, "stacks")),
      ports,
      recipes: defaultRecipes,
      plugins,
      images: localImages(options, [commune, neighbour]),
      signal: interrupted.signal,
    }),
    ...communeTasks(
      (id) => new Stack(id, cluster.environment),
      { kind: "embedded" },
      () => cluster.environment,
      () => doorwayOf(cluster),
    ),
    ...togetherTasks<LocalContext>([commune, neighbour], {
      openStack: (id) => new Stack(id, cluster.environment),
      environment: () => cluster.environment,
      doorway: () => doorwayOf(cluster),
    }),
  ]);
  console.log(`
  Open    ${publicAddresses(cluster).join("\n          ")}   (certificate: ${cluster.caFile})
          a browser here: chromium --host-resolver-rules="MAP *.test 127.0.0.1"
  Log in  eval "$(npx commune local env)"; npx pulumi stack output --show-secrets accounts -s ${commune}
  Look    npx commune status ${commune}; npx commune federation status ${commune}
  Change  edit stacks/${commune}/commune.yaml, then  npx pulumi up -s ${commune}
  Undo    npm run demo -- --clean

${imageSummary(gathered?.images ?? [])}
`);
}

async function onContext(
  target: Extract<Target, { kind: "context" }>,
  { mirror }: Pick<ImageOptions, "mirror">,
): Promise<void> {
  console.log(`\n  Commune cloud demo: on context ${target.context}, with its official plugins and images\n`);
  await runTasks([
    imagesTask(mirror),
    ...communeTasks(
      (id) => new Stack(id, {}),
      target,
      () => process.env,
      () => ({}),
    ),
  ]);
  console.log(`\n  Change  edit stacks/${commune}/commune.yaml, then  npx pulumi up -s ${commune}`);
  console.log(
    `  Undo    npx pulumi config set commune:data disposable -s ${commune} && npx pulumi up -s ${commune}`,
  );
  console.log(`          npx pulumi destroy -s ${commune}\n`);
}

/** Where data is protected, each image is named by its digest: what is not pinned yet is pinned, as commune pin does. */
function imagesTask(mirror: ImageOptions["mirror"]): ListrTask<LocalContext> {
  return {
    title: "images",
    skip: () => settingsIn(settingsFile(commune)).data === "disposable",
    task: async (_context, task) => {
      const pinned = await pinMissing(join(checkout, "stacks"), commune, mirror);
      const told =
        pinned.length === 0 ? "by digest" : `${pinned.length} pinned in stacks/${lockFile}, to commit`;
      task.title = `images          ${told}`;
    },
  };
}

/** The steps that every target shares: apply the stack, then look at it from outside. */
function communeTasks(
  openStack: (id: string) => Stack,
  target: Target,
  environment: () => NodeJS.ProcessEnv,
  doorway: () => Doorway,
): ListrTask<LocalContext>[] {
  return [
    {
      title: "communes",
      task: async (_context, task) => {
        const settings = { ...settingsFor(target), ...authorityOf(doorway()) };
        const apply = async (id: string): Promise<string> => {
          const stack = openStack(id);
          await stack.ensure(settings);
          const resources = await stack.up((line) => {
            task.output = `${id}: ${line}`;
          });
          return `${id} ${resources} resources`;
        };
        // Most of it is waiting for pods. Each runs to its end: a stack that is stopped in between is locked.
        const applied = await Promise.allSettled(communesAt(target).map(apply));
        const failed = applied.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
        if (failed.length === 1) throw failed[0];
        if (failed.length > 1) throw new Error(failed.map(({ message }) => message).join("\n"));
        task.title = `communes        ${applied.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])).join(", ")}`;
      },
    },
    ...lookTasks<LocalContext>(commune, declaredServices(), {
      openStack: () => openStack(commune),
      environment,
      doorway,
      mark: (service, { gathered }) => (gathered?.sources[service] === "local" ? " (double)" : ""),
    }),
    {
      title: "memory",
      task: async (_context, task) => {
        const { usedMiB, requestedMiB, limitMiB, pods } = await memoryOf(commune, environment());
        task.title = `memory          ${pods} pods of ${commune} take ${usedMiB} MiB at rest; they ask for ${requestedMiB} MiB and may take ${limitMiB} MiB`;
      },
    },
  ];
}

/** On a cluster of one's own, one commune: its neighbour would need names of its own too. */
const communesAt = ({ kind }: Target): string[] => (kind === "embedded" ? [commune, neighbour] : [commune]);

async function clean({ context }: { context?: string }): Promise<void> {
  if (context !== undefined) {
    throw new Error(
      `--clean undoes the demo of this machine, not the one on context ${context}: npx pulumi destroy -s ${commune}`,
    );
  }
  const cluster = openCluster("commune");
  await cluster.reset();
  for (const file of [commune, neighbour].map((id) => settingsFile(id))) {
    const settings = settingsIn(file);
    // Settings that are somebody's own, or for another cluster, have the keys to its secrets.
    if (madeByDemo(settings) && settings.context === undefined) rmSync(file);
  }
  // The program as compile.js compiled it.
  rmSync(join(checkout, ".local", "program"), { recursive: true, force: true });
  console.log(`The cluster, its data and the stacks of ${commune} and ${neighbour} are gone.`);
  console.log(
    `Programs and images stay in ${cacheFolder()} for the next time; delete that folder to be rid of them too.`,
  );
}

function doorwayOf(cluster: Cluster): Doorway {
  if (!cluster.endpoints) throw new Error(`cluster "${cluster.name}" is not up.`);
  const { hostname, port } = new URL(cluster.endpoints.https);
  return { address: { host: hostname, port: Number(port) }, caFile: cluster.caFile };
}

/** Peers on the same cluster have certificates of the same authority. */
function authorityOf({ caFile }: Doorway): Record<string, string> {
  return caFile === undefined ? {} : { authority: readFileSync(caFile, "utf8") };
}

function loadDemo(): Extract<LoadedCommune, { ok: true }> {
  const loaded = loadCommune(join(checkout, "stacks"), commune);
  if (!loaded.ok) throw loaded.error;
  return loaded;
}

function declaredServices(): string[] {
  const { declaration } = loadDemo();
  return serviceNames.filter((name) => declaration[name] !== undefined);
}

function publicAddresses(cluster: Cluster): string[] {
  const loaded = loadDemo();
  const { port } = new URL(cluster.endpoints?.https ?? "https://localhost");
  const plan = planCommune(loaded.declaration, siteOf(siteSchema.parse({})), {
    places: loaded.places?.places,
  });
  const { map } = plan.federation.settings;
  return [
    ...publicHosts(plan).map(({ host, path }) => `https://${host}:${port}${path}`),
    ...(map ? [map.replace(plan.federation.settings.domain, `$&:${port}`)] : []),
  ];
}
