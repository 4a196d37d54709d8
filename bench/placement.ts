import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { buildToolchain } from "../local/toolchain/index.ts";
import { clusterSeconds } from "../test/cluster/pod-times.ts";
import { seconds } from "../test/cluster/timing.ts";
import { Client } from "../test/doubles/nodes/client.ts";
import { Nodes, usual } from "../test/doubles/nodes/index.ts";
import { Machines } from "../test/doubles/nodes/machines.ts";
import { communesWith, type Placed } from "./placement/communes.ts";
import { SchedulingPlane } from "./placement/plane.ts";
import { Pods, podsOfNodes, reasons, spreadOf } from "./placement/pods.ts";

/**
 * `npm run bench placement -- --pods 5000`: time in which a scheduler places the pods of hundreds of communes, and where.
 *
 * Their objects are what the toolkit registers for examples, with requests, quotas, budgets and rules of spread. etcd, API
 * server, controllers and scheduler are Kubernetes' own; nodes are doubles, on which nothing runs. The scheduler begins when
 * all pods are there.
 */
const { values } = parseArgs({
  options: {
    pods: { type: "string", default: "5000" },
    /** Seconds that each step may take. */
    most: { type: "string", default: "300" },
  },
});
const most = Number(values.most);

/** A usual server; kubelets take 110 pods at most by default. */
const machine = { processors: 16, gibibytes: 64, pods: 110 };
/** Room beside what is requested: a node may be lost, and pods are of different sizes. */
const room = 1.25;

const { ids, settings, workloads, need } = await communesWith(Number(values.pods));
const count = Math.ceil(
  room *
    Math.max(
      need.pods / machine.pods,
      need.cores / machine.processors,
      need.requestedMiB / 1024 / machine.gibibytes,
    ),
);
console.log(
  `${need.pods} pods of ${ids.length} communes, which request ${need.cores.toFixed(0)} processors and ${(need.requestedMiB / 1024).toFixed(0)} GiB; ${count} nodes of ${machine.processors} and ${machine.gibibytes} GiB, load average ${(loadavg()[0] ?? 0).toFixed(1)}`,
);

const plane = new SchedulingPlane("placement");
try {
  await plane.up({ toolchain: await buildToolchain({ report: () => undefined }), report: () => undefined });
  await plane.stopScheduler();
  const machines = await Machines.add(plane, count, machine);
  const nodes = Nodes.beside(plane, ids, {
    fate: (pod) => (pod.spec.nodeName === undefined ? "waits" : usual(pod)),
  });
  const pods = new Pods(plane);
  try {
    await place(pods);
  } finally {
    await pods.stop();
    await nodes.stop();
    await machines.stop();
  }
} finally {
  await plane.reset();
}

async function place(pods: Pods): Promise<void> {
  const client = new Client(plane.access);
  const made = await seconds(async () => {
    for (const each of [...settings, workloads]) await createAll(client, each);
  });
  await client.close();
  const objects = settings.flat().length + workloads.length;
  const waited = await pods.until(() => pods.all.length, need.pods, most);
  console.log(
    `${objects} objects made in ${made.toFixed(1)} s, ${pods.all.length} pods of them ${waited.toFixed(1)} s later`,
  );

  const before = clusterSeconds(plane.layout.cgroup);
  await plane.startScheduler();
  const took = await pods.until(() => pods.placed, pods.all.length, most);
  const { placed } = pods;
  const used = clusterSeconds(plane.layout.cgroup) - before;
  console.log(
    `${placed} placed in ${took.toFixed(1)} s, ${(placed / took).toFixed(1)} a second, with ${used.toFixed(1)} s of processor; ${pods.all.length - placed} not`,
  );
  for (const [reason, number] of reasons(pods.all)) console.log(`  ${number}: ${reason}`);

  const memory = [...plane.memory].map(([program, mebibytes]) => `${program} ${mebibytes.toFixed(0)} MiB`);
  console.log(
    `memory at most until then: ${memory.join(", ")}; load average ${(loadavg()[0] ?? 0).toFixed(1)}`,
  );

  const counts = podsOfNodes(pods.all);
  const without = count - counts.length;
  console.log(
    `on a node: ${without > 0 ? 0 : Math.min(...counts)} pods at least, ${Math.max(...counts)} at most`,
  );
  for (const [rule, words] of [
    ["ScheduleAnyway", "preferably"],
    ["DoNotSchedule", "always"],
  ] as const) {
    const { workloads: all, apart } = spreadOf(pods.all, rule);
    console.log(`${words} on different nodes: the pods of ${apart} of ${all} workloads are`);
    if (apart < all) process.exitCode = 1;
  }

  const later = await pods.until(() => pods.ready, placed, most);
  console.log(`${pods.ready} said to be Ready ${later.toFixed(1)} s later`);
  await budgets();
  if (placed < need.pods) process.exitCode = 1;
}

/** Makes objects, twenty at a time. */
async function createAll(client: Client, all: readonly Placed[]): Promise<void> {
  const waiting = [...all];
  const worker = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
      await client.create(next.path, next.object);
  };
  await Promise.all(Array.from({ length: 20 }, worker));
}

/** Numbers of pods that a drain may evict at a time now, by budget. */
async function evictable(): Promise<number[]> {
  const words = ["get", "poddisruptionbudgets", "--all-namespaces"];
  const { stdout } = await execa(
    "kubectl",
    [...words, '--output=jsonpath={range .items[*]}{.status.disruptionsAllowed}{"\\n"}{end}'],
    { env: plane.environment },
  );
  return stdout.trim().split("\n").map(Number);
}

/** Prints how many budgets let a drain evict a pod, as soon as all do, or after a minute. */
async function budgets(): Promise<void> {
  const deadline = performance.now() + 60_000;
  let allowed = await evictable();
  while (allowed.includes(0) && performance.now() < deadline) {
    await sleep(2000);
    allowed = await evictable();
  }
  const open = allowed.filter((each) => each > 0).length;
  console.log(`${open} of ${allowed.length} budgets let a drain evict a pod`);
  if (open < allowed.length) process.exitCode = 1;
}
