import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { type Dispatcher, request } from "undici";
import { openCluster } from "../local/cluster/index.ts";
import { agentFor } from "../scripts/look/doorway.ts";
import { Stack } from "../scripts/stack.ts";
import { peertubeLogin, videoWriter } from "../test/campaigns/kill-pods/writers.ts";
import { busySeconds, clusterSeconds, coresBetween, podTimes } from "../test/cluster/pod-times.ts";

/**
 * `npm run bench load -- --rate 200 --seconds 60`: static and status paths of three services at a fixed rate. Of a
 * commune that is up (`npm run demo`), through the ingress, over HTTPS. Requests are due at a fixed rate whether or not
 * earlier ones were answered, and the time of each counts from when it was due: waiting for one of the connections
 * counts too. Fails on any 5xx or lost answer.
 */
const { values } = parseArgs({
  options: {
    rate: { type: "string", default: "200" },
    seconds: { type: "string", default: "60" },
    commune: { type: "string", default: "villeurbanne" },
  },
});
const [rate, duration] = [Number(values.rate), Number(values.seconds)];
if (!(rate > 0 && duration > 0)) throw new RangeError("--rate and --seconds are numbers above 0");

// As many as visitors' browsers would keep open at that rate; without a limit, a slow moment would become a storm of handshakes.
const connections = 60;

interface Answer {
  address: string;
  /** Status, or the error's name. */
  outcome: number | string;
  milliseconds: number;
}

const cluster = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");
const { environment, endpoints } = cluster;
if (!endpoints) throw new Error("the cluster is not up: run `npm run demo` first");
const { hostname, port } = new URL(endpoints.https);
const dispatcher = agentFor({ address: { host: hostname, port: Number(port) }, caFile: cluster.caFile });
const { addresses, accounts } = await new Stack(values.commune, environment).outputs();
const { nextcloud, mastodon, peertube } = addresses;
if (!nextcloud || !mastodon || !peertube || !accounts.peertube)
  throw new Error(`${values.commune} does not have all three services`);

const { authorization, channel } = await peertubeLogin(peertube, accounts.peertube, dispatcher);
const video = await videoWriter({ url: peertube, dispatcher, authorization }, channel)();
const uuid = video.address.split("/").at(-1);
const paths = [
  `${nextcloud}/status.php`,
  `${nextcloud}/robots.txt`,
  `${mastodon}/health`,
  `${mastodon}/about`,
  `${mastodon}/nodeinfo/2.0`,
  `${peertube}/api/v1/ping`,
  `${peertube}/nodeinfo/2.0.json`,
  `${peertube}/static/streaming-playlists/hls/${uuid}/${uuid}-fragmented.mp4`,
];

try {
  for (const address of paths) {
    const { outcome } = await visit(address, performance.now(), dispatcher);
    if (outcome !== 200) throw new Error(`${address} answers ${outcome} before any load`);
  }
  const podsBefore = await podTimes(environment);
  const before = {
    machine: busySeconds(),
    cluster: clusterSeconds(cluster.layout.cgroup),
    own: process.cpuUsage(),
  };
  const start = performance.now();
  const answers = await load(paths, dispatcher);
  const took = (performance.now() - start) / 1000;
  const own = process.cpuUsage(before.own);
  const used = {
    machine: (busySeconds() - before.machine) / took,
    cluster: (clusterSeconds(cluster.layout.cgroup) - before.cluster) / took,
    own: (own.user + own.system) / 1e6 / took,
  };
  const pods = coresBetween(podsBefore, await podTimes(environment));
  report(answers, took);
  explain(pods, used);
} finally {
  const removed = await request(video.address, { dispatcher, method: "DELETE", headers: { authorization } });
  await removed.body.dump();
  await dispatcher.close();
}

/** Makes requests due at the fixed rate, in turns over the paths, and waits for every answer. */
async function load(addresses: readonly string[], agent: Dispatcher): Promise<Answer[]> {
  const total = Math.round(rate * duration);
  const answers: Answer[] = [];
  const start = performance.now();
  let next = 0;
  const visitor = async () => {
    for (let index = next++; index < total; index = next++) {
      const due = start + (index / rate) * 1000;
      const early = due - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      answers.push(await visit(addresses[index % addresses.length] ?? "", due, agent));
    }
  };
  await Promise.all(Array.from({ length: connections }, visitor));
  return answers;
}

async function visit(address: string, due: number, agent: Dispatcher): Promise<Answer> {
  const outcome = await request(address, { dispatcher: agent, headersTimeout: 30_000, bodyTimeout: 30_000 })
    .then(async ({ statusCode, body }) => {
      await body.dump();
      return statusCode;
    })
    .catch((error: { code?: string; name: string }) => error.code ?? error.name);
  return { address, outcome, milliseconds: performance.now() - due };
}

function report(answers: readonly Answer[], took: number): void {
  const outcomes = grouped(answers, ({ outcome }) =>
    typeof outcome === "number" ? `${Math.floor(outcome / 100)}xx` : outcome,
  );
  const counts = [...outcomes].map(([outcome, { length }]) => `${length} ${outcome}`).join(", ");
  console.log(`${answers.length} requests in ${took.toFixed(1)} s (${rate}/s asked): ${counts}`);
  console.log(`  ${"".padEnd(64)}   p50    p95    p99    max ms`);
  const line = (name: string, some: readonly Answer[]) => {
    const sorted = some.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
    const at = (share: number) =>
      (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN)
        .toFixed(1)
        .padStart(6);
    const name64 = name
      .replace(/[0-9a-f-]{36}/g, "…")
      .slice(0, 64)
      .padEnd(64);
    console.log(`  ${name64} ${at(0.5)} ${at(0.95)} ${at(0.99)} ${at(1)}`);
  };
  line("all", answers);
  for (const [address, some] of grouped(answers, ({ address }) => address)) line(address, some);
  const bad = answers.filter(({ outcome }) => typeof outcome === "string" || outcome >= 500);
  if (bad.length > 0) {
    console.log(`  ${bad.length} answers were lost or 5xx`);
    process.exitCode = 1;
  }
}

function grouped(answers: readonly Answer[], by: (answer: Answer) => string): Map<string, Answer[]> {
  const groups = new Map<string, Answer[]>();
  for (const answer of answers) {
    const group = groups.get(by(answer));
    if (group) group.push(answer);
    else groups.set(by(answer), [answer]);
  }
  return groups;
}

/** Prints who used the machine, and which resource therefore is short, or would be first. Figures are cores. */
function explain(
  pods: readonly { pod: string; cores: number }[],
  used: { machine: number; cluster: number; own: number },
): void {
  const inPods = pods.reduce((sum, pod) => sum + pod.cores, 0);
  const others = Math.max(0, used.machine - used.cluster - used.own);
  const line = (cores: number, who: string) => console.log(`  ${cores.toFixed(2)}  ${who}`);
  console.log(`CPU, in cores of ${cpus().length}`);
  for (const { pod, cores } of pods.slice(0, 6)) line(cores, pod);
  line(inPods, "all pods, by the kubelet's figures");
  line(
    Math.max(0, used.cluster - inPods),
    "the cluster itself: API server, kubelet, port forwarding and the like",
  );
  line(used.own, "this load generator");
  line(others, "others on this machine, and the kernel's network");
  const full = used.machine / cpus().length;
  const first = pods[0]?.pod ?? "nobody";
  console.log(
    full > 0.9
      ? `bottleneck: the machine's CPU, busy to ${Math.round(full * 100)} %; of the pods, ${first} takes the most`
      : `no bottleneck reached: the CPU is busy to ${Math.round(full * 100)} %; of the pods, ${first} takes the most`,
  );
}
