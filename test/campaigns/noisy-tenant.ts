import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { agentFor } from "../../scripts/look/doorway.ts";
import { coresBetween, podTimes } from "../cluster/pod-times.ts";
import { type Figures, figuresOf, kept, type Visit } from "./noisy-tenant/figures.ts";
import { type Noise, noises } from "./noisy-tenant/noises.ts";
import { type Page, visits } from "./noisy-tenant/visitors.ts";
import { differences, type Seen, snapshotOf } from "./tenants/same.ts";
import { Town } from "./tenants/town.ts";

/**
 * `npm run campaign noisy-tenant`: an association is noisy in each of eight ways beside a neighbour who is asked. One way
 * after the other, while the neighbour's WordPress and DokuWiki and the commune's own page are asked for at a steady rate, on
 * a local cluster of its own. Each way in
 * several rounds, half a round quiet and half of it noisy, so that what else the machine does is in both. Ends with 1 where
 * somebody keeps less than 90 % of the throughput that the quiet halves had, or is started again.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "20" },
    only: { type: "string", default: "" },
    commune: { type: "string", default: "noisy-town" },
  },
});
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
const chosen = noises.filter(({ name }) => name.includes(values.only));
if (!(Number.isSafeInteger(rounds) && rounds > 0 && seconds >= 5) || chosen.length === 0) {
  const names = noises.map(({ name }) => name).join(", ");
  console.error(
    `--rounds is a whole number above 0, --seconds at least 5, --only a part of one of: ${names}.`,
  );
  process.exit(2);
}

/** The share of their throughput that others keep. */
const promised = 0.9;

/** Until a noise is as loud as it becomes, and until it has gone. */
const settleMs = 3000;

const load = () => (loadavg()[0] ?? 0).toFixed(1);
const rounded = (figure: number | undefined, digits: number) => figure?.toFixed(digits) ?? "none";

const town = await Town.begin(values.commune, 3);
const [noisy, neighbour] = [town.association(0), town.association(1)];
const pages: readonly Page[] = [
  { what: "the neighbour's WordPress", url: `https://${neighbour.wordpress}/`, rate: 1 },
  { what: "the neighbour's DokuWiki", url: `https://${neighbour.dokuwiki}/doku.php?id=wiki:syntax`, rate: 2 },
  { what: "the commune's own page", url: `https://${town.commune}.test/`, rate: 5 },
];

const { hostname, port } = new URL(town.cluster.endpoints?.https ?? "");
const doorway = {
  address: { host: hostname, port: Number(port) },
  caFile: town.cluster.caFile,
  anyName: true,
};
const [visitors, strangers] = [agentFor(doorway), agentFor(doorway)];
let broken = 0;

/** Everybody's pods but the noisy one's. */
async function others() {
  const { items } = JSON.parse(await town.kubectl("get", "pods", "--all-namespaces", "--output=json")) as {
    items: Seen[];
  };
  return snapshotOf(items.filter(({ metadata }) => metadata.namespace !== noisy.namespace));
}

/** One way, in rounds. */
async function tried({ name, make }: Noise): Promise<void> {
  const [quiet, loud]: [Visit[], Visit[]] = [[], []];
  const said: string[] = [];
  const cores: string[] = [];
  const before = await others();
  const loads = [load()];
  for (let round = 0; round < rounds; round++) {
    quiet.push(...(await visits(pages, seconds, visitors)));
    const times = await podTimes(town.cluster.environment);
    const noise = make(town, noisy, seconds + settleMs / 1000, strangers);
    await sleep(settleMs);
    loud.push(...(await visits(pages, seconds, visitors)));
    said.push(await noise);
    const used = coresBetween(times, await podTimes(town.cluster.environment)).slice(0, 3);
    cores.push(used.map((each) => `${each.pod.replace(/^.*\//, "")} ${each.cores.toFixed(2)}`).join(", "));
    loads.push(load());
    await recovered();
  }
  console.log(`\n${name}: load average ${loads.join(", ")}`);
  for (const line of said) console.log(`  ${line}`);
  console.log(`  cores: ${cores.join("; ")}`);
  for (const { what, rate } of pages) {
    const of = (all: readonly Visit[]): Figures =>
      figuresOf(
        all.filter((visit) => visit.what === what),
        rounds * seconds,
      );
    const [was, is] = [of(quiet), of(loud)];
    const share = kept(was, is);
    const isKept = share !== undefined && share >= promised;
    if (!isKept) broken++;
    console.log(
      `  ${isKept ? "✔" : "✘"} ${what} (${rate}/s): ${rounded(was.perSecond, 2)} and ${rounded(is.perSecond, 2)} a second, ${rounded(share && share * 100, 0)} %; p95 ${rounded(was.p95, 0)} and ${rounded(is.p95, 0)} ms`,
    );
  }
  const touched = differences(before, await others());
  if (touched.length > 0) broken++;
  for (const each of touched) console.log(`  ✘ ${each}`);
}

/** The noisy association answers again, so that each round begins with one that is there. */
async function recovered(): Promise<void> {
  for (const application of ["wordpress", "dokuwiki"])
    await town.kubectl(
      ...["rollout", "status", "-n", noisy.namespace, `deployment/t-${noisy.id}-${application}`],
      "--timeout=180s",
    );
  await town.answers(1);
  await sleep(settleMs);
}

try {
  town.declare(2);
  await town.project.up(town.commune);
  await town.answers(2);
  // What is made at the first visit is no part of it.
  await visits(pages, 10, visitors);
  for (const noise of chosen) await tried(noise);
} finally {
  await Promise.all([visitors.close(), strangers.close()]);
  await town.end();
}
console.log(broken === 0 ? "\nevery promise was kept" : `\n${broken} promises were not kept`);
process.exitCode = broken === 0 ? 0 : 1;
