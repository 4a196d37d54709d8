import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openCluster } from "../local/cluster/index.ts";
import { clusterSeconds, coresBetween, podTimes } from "../test/cluster/pod-times.ts";

/**
 * `npm run bench rest`: processor time of communes that nobody visits. On a local cluster where they are up
 * (`npm run demo`): of the cluster's own processes, which begin the probes' commands too, and of each pod.
 */
const { values } = parseArgs({ options: { seconds: { type: "string", default: "120" } } });
const cluster = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");
if (!cluster.endpoints) throw new Error("the cluster is not up: run `npm run demo` first");

const look = async () => ({
  at: performance.now() / 1000,
  cluster: clusterSeconds(cluster.layout.cgroup),
  pods: await podTimes(cluster.environment),
});
const before = await look();
await sleep(Number(values.seconds) * 1000);
const after = await look();

const all = ((after.cluster - before.cluster) / (after.at - before.at)) * 1000;
const pods = coresBetween(before.pods, after.pods);
const ofPods = pods.reduce((sum, { cores }) => sum + cores * 1000, 0);
console.log(`Over ${values.seconds} s, load average ${(loadavg()[0] ?? 0).toFixed(1)}, in millicores:`);
console.log(`  ${all.toFixed(0).padStart(5)}  all`);
console.log(`  ${(all - ofPods).toFixed(0).padStart(5)}  the cluster's own processes`);
console.log(`  ${ofPods.toFixed(0).padStart(5)}  ${pods.length} pods`);
for (const { pod, cores } of pods.filter(({ cores }) => cores >= 0.001))
  console.log(`  ${(cores * 1000).toFixed(1).padStart(7)}  ${pod}`);
