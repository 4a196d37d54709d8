import { statSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { changesOf } from "../cluster/project.ts";
import { kindsText, timelineOf } from "../cluster/timeline.ts";
import { memoryAtRest } from "./tenants/memory.ts";
import { between, processorTimes } from "./tenants/processor.ts";
import { beyondNew, differences, type Seen, snapshotOf } from "./tenants/same.ts";
import { Town } from "./tenants/town.ts";

/**
 * `npm run campaign tenants -- --count 30`: so many associations, WordPress and DokuWiki each, and then one more. On a
 * local cluster of its own, in steps of ten. Of each step: how long `up` takes and who took the processor meanwhile, what the
 * associations' pods take of memory in a quiet minute, and whether anything of what was there before is another. Ends with
 * 1 where a promise is not kept.
 */
const { values } = parseArgs({
  options: {
    count: { type: "string", default: "30" },
    step: { type: "string", default: "10" },
    commune: { type: "string", default: "many-town" },
  },
});
const [count, width] = [Number(values.count), Number(values.step)];
if (!(Number.isSafeInteger(count) && Number.isSafeInteger(width) && count > 0 && width > 0 && count < 999)) {
  console.error("--count is a whole number from 1 to 998, and --step a whole number above 0.");
  process.exit(2);
}

/** The most that an association's pods may take at rest, megabytes: the issue's own figure. */
const most = 80;

const began = performance.now();
const broken: string[] = [];
function say(line: string): void {
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`${String(seconds).padStart(5)} s  load ${(loadavg()[0] ?? 0).toFixed(1)}  ${line}`);
}
function promise(what: string, problems: readonly string[]): void {
  say(`${problems.length === 0 ? "✔" : "✘"} ${what}`);
  for (const problem of problems.slice(0, 20)) console.log(`           ${problem}`);
  if (problems.length > 0) broken.push(what);
}

const kinds = [
  ...["namespaces", "pods", "deployments", "statefulsets", "configmaps", "secrets", "services", "ingresses"],
  ...["networkpolicies", "persistentvolumeclaims", "resourcequotas", "limitranges", "cronjobs"],
];

/** Everything on the cluster but what its own parts write all the time. */
async function everything(town: Town) {
  const { items } = JSON.parse(
    await town.kubectl("get", kinds.join(","), "--all-namespaces", "--output=json"),
  ) as { items: Seen[] };
  return snapshotOf(items);
}

/** Goes from some associations to more: what it names, takes and changes. */
async function grow(town: Town, from: number, to: number): Promise<void> {
  const coming = Array.from({ length: to - from }, (_, index) => town.association(from + index).id);
  town.declare(to);
  if (from > 0) {
    const preview = await town.project.succeed("preview", "-s", town.commune);
    const { create = 0, unchanged = 0 } = changesOf(preview);
    promise(
      `preview from ${from} to ${to}: ${create} new objects and nothing else, ${unchanged} unchanged`,
      beyondNew(preview, coming, create),
    );
  }
  const before = await everything(town);
  const processor = processorTimes(town.cluster.layout.cgroup);
  const timeline = await timelineOf(town.project, town.commune);
  const taken = between(processor, processorTimes(town.cluster.layout.cgroup));
  const { seconds, spans } = timeline;
  say(
    `from ${from} to ${to}: up in ${seconds.toFixed(1)} s, ${(seconds / (to - from)).toFixed(1)} s an association, ${spans.length} objects; state ${stateMegabytes(town)} MB`,
  );
  const all = taken.reduce((total, [, each]) => total + each, 0);
  const some = taken.slice(0, 8).map(([who, each]) => `${who} ${each.toFixed(1)}`);
  console.log(`           processor ${all.toFixed(1)} s: ${some.join(", ")}`);
  for (const line of kindsText(timeline).slice(0, 8)) console.log(`           ${line}`);
  await town.answers(to);
  promise(
    `nothing of ${before.size} objects that were there is another`,
    differences(before, await everything(town)),
  );
}

function stateMegabytes({ project, commune }: Town): string {
  const file = join(project.folder, "state", ".pulumi", "stacks", "commune-cloud", `${commune}.json`);
  return (statSync(file).size / 1e6).toFixed(1);
}

async function rest(town: Town): Promise<void> {
  const { tenants, mean, largest, anonymous, containers, server } = await memoryAtRest(town);
  const parts = [...containers].sort().map(([name, each]) => `${name} ${each.toFixed(1)}`);
  promise(
    `${tenants} associations at rest take ${mean.toFixed(1)} MB each, the largest ${largest.toFixed(1)} (at most ${most}); ${anonymous.toFixed(1)} of it no cache of files; their server ${server.toFixed(0)} MB`,
    mean > most ? [`${mean.toFixed(1)} MB is more than ${most}`] : [],
  );
  console.log(`           ${parts.join(", ")}`);
}

const town = await Town.begin(values.commune, count + 1);
try {
  say(`the cluster is up; ${count} associations in steps of ${width}`);
  for (let from = 0; from < count; from += width) {
    await grow(town, from, Math.min(count, from + width));
    await rest(town);
  }
  await grow(town, count, count + 1);
} finally {
  await town.end();
}
say(broken.length === 0 ? "every promise was kept" : `${broken.length} promises were not kept`);
process.exitCode = broken.length === 0 ? 0 : 1;
