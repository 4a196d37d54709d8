import { parseArgs } from "node:util";
import { execa } from "execa";
import { openCluster } from "../../local/cluster/index.ts";
import { Kubectl } from "../../scripts/kubectl.ts";
import { agentFor, type Doorway } from "../../scripts/look/doorway.ts";
import { type Outputs, Stack } from "../../scripts/stack.ts";
import { writersFor } from "./kill-pods/everyone.ts";
import { shuffled } from "./kill-pods/order.ts";
import { Traffic } from "./kill-pods/traffic.ts";
import type { ServiceName } from "./kill-pods/writers.ts";

/** Workloads that can be killed: the namespace's suffix and the component that their pods are labelled with. */
const victims = {
  nextcloud: ["nextcloud", "web"],
  "nextcloud-cache": ["nextcloud", "cache"],
  "mastodon-web": ["mastodon", "web"],
  "mastodon-streaming": ["mastodon", "streaming"],
  sidekiq: ["mastodon", "sidekiq"],
  scheduler: ["mastodon", "scheduler"],
  "mastodon-cache": ["mastodon", "cache"],
  peertube: ["peertube", "web"],
  "peertube-cache": ["peertube", "cache"],
  database: ["database", "server"],
  reconciler: ["federation", "reconciler"],
  publisher: ["federation", "publisher"],
} as const;

export type Victim = keyof typeof victims;
export const allVictims = Object.keys(victims) as Victim[];

/** Effect of a kill on those who were writing. */
export interface Kill {
  victim: Victim;
  /** Seconds until a new pod of its kind was Ready. */
  readySeconds: number;
  /** Seconds from the start of the first failed write to the end of the first good one after the last failed. */
  interrupted: Partial<Record<ServiceName, number>>;
  failed: number;
}

export interface KillPodsArgs {
  commune: string;
  environment: NodeJS.ProcessEnv;
  outputs: Outputs;
  doorway: Doorway;
  /** In this order. */
  victims: readonly Victim[];
  report?: (line: string) => void;
}

/** Result of the campaign. */
export interface KillPodsResult {
  kills: Kill[];
  /** Acknowledged writes, by service. */
  acknowledged: Record<ServiceName, number>;
  /** Acknowledged writes that are not there as they were written, with what is wrong. */
  lost: string[];
}

/**
 * Kills pods (`--grace-period=0 --force`), one after the other, while one file, one post and one video after the
 * other is written through the ingress, and looks at the end whether every acknowledged write is there.
 */
export async function killPods(args: KillPodsArgs): Promise<KillPodsResult> {
  const { report = () => undefined } = args;
  const dispatcher = agentFor(args.doorway);
  const traffic = new Traffic(
    await writersFor({
      ...{ commune: args.commune, outputs: args.outputs, dispatcher: () => dispatcher },
      kubectl: new Kubectl(args.environment),
    }),
  );
  try {
    await traffic.settled(Date.now(), 120);
    const kills: Kill[] = [];
    for (const victim of args.victims) {
      const kill = await killOne(args, victim, traffic);
      kills.push(kill);
      report(sentence(kill));
    }
    await traffic.stop();
    const lost = await traffic.lost();
    return { kills, acknowledged: traffic.acknowledged(), lost };
  } finally {
    await traffic.stop();
    await dispatcher.close();
  }
}

interface Pod {
  metadata: { name: string; uid: string; deletionTimestamp?: string };
  status: { conditions?: { type: string; status: string }[] };
}

async function killOne(
  { commune, environment }: KillPodsArgs,
  victim: Victim,
  traffic: Traffic,
): Promise<Kill> {
  const [service, component] = victims[victim];
  const namespace = `--namespace=${commune}-${service}`;
  const kubectl = async (...args: string[]) =>
    (await execa("kubectl", [namespace, ...args], { env: environment })).stdout;
  const pods = async () => {
    const selector = `--selector=app.kubernetes.io/component=${component}`;
    return (JSON.parse(await kubectl("get", "pods", selector, "--output=json")) as { items: Pod[] }).items;
  };
  const before = new Set((await pods()).map(({ metadata }) => metadata.uid));
  const [first] = await pods();
  if (!first) throw new Error(`${commune} has no pod of ${victim}`);
  const killed = Date.now();
  await kubectl("delete", "pod", first.metadata.name, "--grace-period=0", "--force");
  const deadline = killed + 300_000;
  const isNew = ({ metadata, status }: Pod) =>
    !before.has(metadata.uid) &&
    status.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
  while (!(await pods()).some(isNew)) {
    if (Date.now() > deadline) throw new Error(`no new pod of ${victim} is Ready after 300 s`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const readySeconds = (Date.now() - killed) / 1000;
  await traffic.settled(Date.now(), 180);
  return { victim, readySeconds, ...traffic.since(killed) };
}

function sentence({ victim, readySeconds, interrupted, failed }: Kill): string {
  const gaps = Object.entries(interrupted).map(([service, seconds]) => `${service} ${seconds.toFixed(1)} s`);
  const effect =
    gaps.length === 0 ? "no write failed" : `${failed} writes failed; interrupted: ${gaps.join(", ")}`;
  return `${victim.padEnd(18)} Ready again after ${readySeconds.toFixed(1)} s; ${effect}`;
}

async function campaign(count: number, seed: number): Promise<void> {
  const cluster = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");
  const { environment, endpoints, caFile } = cluster;
  if (!endpoints) throw new Error("the cluster is not up: run `npm run demo` first");
  const { hostname, port } = new URL(endpoints.https);
  const { kills, acknowledged, lost } = await killPods({
    commune: "villeurbanne",
    environment,
    outputs: await new Stack("villeurbanne", environment).outputs(),
    doorway: { address: { host: hostname, port: Number(port) }, caFile },
    victims: shuffled(allVictims, count, seed),
    report: console.log,
  });
  const written = Object.entries(acknowledged).map(([service, number]) => `${service} ${number}`);
  console.log(
    `${kills.length} kills, seed ${seed}; acknowledged writes: ${written.join(", ")}; lost: ${lost.length}`,
  );
  for (const line of lost) console.log(`  ${line}`);
  if (lost.length > 0) process.exitCode = 1;
}

/** `npm run campaign kill-pods -- --count 8 --seed 1`: kills one pod after the other while people write, on the demo's commune. */
if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: { count: { type: "string", default: "8" }, seed: { type: "string", default: "1" } },
  });
  await campaign(Number(values.count), Number(values.seed));
}
