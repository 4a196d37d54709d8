import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import type { ListrTask } from "listr2";
import { declaredDomains, loadCommune } from "../components/commune/load.ts";
import { planCommune, publicHosts } from "../components/commune/plan.ts";
import { siteOf, siteSchema } from "../components/site/site.ts";
import { type Cluster, openCluster } from "../local/cluster/index.ts";
import { network } from "../local/cluster/layout.ts";
import { checkMachine } from "../local/cluster/requirements.ts";
import { runTasks } from "../local/listing.ts";
import { cacheFolder, checkout } from "../local/paths.ts";
import { type LocalContext, localTasks } from "../local/tasks.ts";
import type { Doorway } from "./look/doorway.ts";
import { memoryOf } from "./look/memory.ts";
import { lookTasks } from "./look/tasks.ts";
import { contextIn, Stack, settingsFile } from "./stack.ts";

const commune = "villeurbanne";

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
    : { context: target.context, name: "demo" };
}

/** `commune demo`: from nothing to a commune's cloud that answers. */
export function demoCommand(): Command {
  return new Command("demo")
    .description(`Bring up the cloud of ${commune} on this machine, and look at it.`)
    .option("--context <name>", "use this context of your kubeconfig, official plugins and upstream images")
    .option("--clean", "undo: remove the cluster, its data and everything else that the demo made")
    .action(async (options: { context?: string; clean?: true }) => {
      if (options.clean) return clean(options);
      const target = targetOf(options);
      await (target.kind === "embedded" ? onThisMachine() : onContext(target));
    });
}

async function onThisMachine(): Promise<void> {
  const cluster = openCluster("commune");
  checkMachine(cluster.layout);
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort(new Error("interrupted; what is finished is kept.")));
  console.log("\n  Commune cloud demo: one machine, nothing leaves it\n");
  await runTasks([
    ...localTasks({
      cluster,
      domains: declaredDomains(join(checkout, "stacks")),
      signal: interrupted.signal,
    }),
    ...communeTasks(
      () => new Stack(commune, cluster.environment),
      { kind: "embedded" },
      () => cluster.environment,
      () => doorwayOf(cluster),
    ),
  ]);
  console.log(`
  Open    ${publicAddresses(cluster).join("\n          ")}   (certificate: ${cluster.caFile})
          a browser here: chromium --host-resolver-rules="MAP *.test 127.0.0.1"
  Log in  eval "$(npx commune local env)"; npx pulumi stack output --show-secrets accounts -s ${commune}
  Look    npx commune status ${commune}
  Change  edit stacks/${commune}/commune.yaml, then  npx pulumi up -s ${commune}
  Undo    npm run demo -- --clean

  * Nextcloud, Mastodon and PeerTube are doubles here, because no container registry is in reach:
    docs/local.md says what they prove. With --context <your cluster>, the real images run.
`);
}

async function onContext(target: Extract<Target, { kind: "context" }>): Promise<void> {
  console.log(`\n  Commune cloud demo: on context ${target.context}, with its official plugins and images\n`);
  await runTasks(
    communeTasks(
      () => new Stack(commune, {}),
      target,
      () => process.env,
      () => ({}),
    ),
  );
  console.log(`\n  Change  edit stacks/${commune}/commune.yaml, then  npx pulumi up -s ${commune}`);
  console.log(
    `  Undo    npx pulumi config set commune:data disposable -s ${commune} && npx pulumi up -s ${commune}`,
  );
  console.log(`          npx pulumi destroy -s ${commune}\n`);
}

/** The steps that every target shares: apply the stack, then look at it from outside. */
function communeTasks(
  openStack: () => Stack,
  target: Target,
  environment: () => NodeJS.ProcessEnv,
  doorway: () => Doorway,
): ListrTask<LocalContext>[] {
  return [
    {
      title: commune,
      task: async (_context, task) => {
        const stack = openStack();
        await stack.ensure({ ...settingsFor(target), ...authorityOf(doorway()) });
        const resources = await stack.up((line) => {
          task.output = line;
        });
        task.title = `${commune.padEnd(15)} ${resources} resources`;
      },
    },
    ...lookTasks<LocalContext>(commune, openStack, environment, doorway),
    {
      title: "memory",
      task: async (_context, task) => {
        const { usedMiB, requestedMiB, limitMiB, pods } = await memoryOf(commune, environment());
        task.title = `memory          ${pods} pods take ${usedMiB} MiB at rest; they ask for ${requestedMiB} MiB and may take ${limitMiB} MiB`;
      },
    },
  ];
}

async function clean({ context }: { context?: string }): Promise<void> {
  if (context !== undefined) {
    throw new Error(
      `--clean undoes the demo of this machine, not the one on context ${context}: npx pulumi destroy -s ${commune}`,
    );
  }
  const cluster = openCluster("commune");
  await cluster.reset();
  const settings = settingsFile(commune);
  // Settings for another cluster are somebody's own, with the keys to its secrets.
  if (settings && contextIn(settings) === undefined) rmSync(settings);
  // The program as main.js compiled it.
  rmSync(join(checkout, ".local", "program"), { recursive: true, force: true });
  console.log(`The cluster, its data and the stack of ${commune} are gone.`);
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

function publicAddresses(cluster: Cluster): string[] {
  const loaded = loadCommune(join(checkout, "stacks"), commune);
  if (!loaded.ok) throw loaded.error;
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
