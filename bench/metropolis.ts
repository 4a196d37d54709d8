import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { loadCommune } from "../components/commune/load.ts";
import { planCommune } from "../components/commune/plan.ts";
import { loadFederation } from "../components/federation/members.ts";
import { siteSchema } from "../components/foundation/site/settings.ts";
import { siteOf } from "../components/foundation/site/site.ts";
import { openCluster } from "../local/cluster/index.ts";
import { checkout } from "../local/paths.ts";
import { objectsOf } from "../scripts/objects.ts";
import { Project } from "../test/cluster/project.ts";
import { seconds } from "../test/cluster/timing.ts";
import { communesOfLyon, type GeneratedCommune, writeMetropolis } from "./communes.ts";
import { takenBy } from "./descendants.ts";

/**
 * `npm run bench metropolis`: the communes of the metropolis of Lyon, in growing numbers. With three services each, all
 * federating with each other: the time of `commune check` of all, the time of a preview of every stack from
 * nothing on the local cluster, two at a time, and what one commune more changes in the stacks of the others. Of the
 * smaller metropolises a few stacks are previewed, of the last one all.
 */
const all = communesOfLyon();
const sizes = (process.argv[2] ?? `${Math.round(all.length / 4)},${Math.round(all.length / 2)},${all.length}`)
  .split(",")
  .map(Number);
const atOnce = 2;
const sample = 6;
const { environment } = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");

console.log(
  "communes  check    stacks previewed  time     of each  processor of each  memory   resources of one",
);
for (const [index, size] of sizes.entries()) {
  const communes = all.slice(0, size);
  const checked = await checkTime(communes);
  const previewed = index === sizes.length - 1 ? communes : communes.slice(0, sample);
  const { total, cpuSeconds, peakMiB, resources } = await previewTime(communes, previewed);
  const columns = [
    String(size).padStart(8),
    `${checked.toFixed(2)} s`.padEnd(7),
    String(previewed.length).padStart(16),
    `${total.toFixed(1)} s`.padEnd(7),
    `${((total * atOnce) / previewed.length).toFixed(2)} s`.padEnd(7),
    `${(cpuSeconds / previewed.length).toFixed(2)} s`.padEnd(17),
    `${Math.round(peakMiB)} MiB`.padEnd(7),
    resources,
  ];
  console.log(columns.join("  "));
}
await oneMore(all);

/** Runs something with a folder `stacks` of some communes, and removes it. */
async function withStacks<T>(
  communes: readonly GeneratedCommune[],
  use: (stacks: string) => Promise<T>,
): Promise<T> {
  const stacks = mkdtempSync(join(tmpdir(), "metropolis-"));
  try {
    writeMetropolis(stacks, communes);
    return await use(stacks);
  } finally {
    rmSync(stacks, { recursive: true });
  }
}

/** Seconds that `commune check` takes, with its start. */
async function checkTime(communes: readonly GeneratedCommune[]): Promise<number> {
  return withStacks(communes, async (stacks) => {
    const program = `
      import { checkCommand } from "./scripts/check.ts";
      await checkCommand(${JSON.stringify(stacks)}).parseAsync([], { from: "user" });`;
    return seconds(() =>
      execa("node", ["--import", "./loader.js", "--input-type=module", "--eval", program], { cwd: checkout }),
    );
  });
}

/** Measures the preview of some stacks of a metropolis. */
async function previewTime(communes: readonly GeneratedCommune[], previewed: readonly GeneratedCommune[]) {
  const project = new Project(environment);
  try {
    const stacks = join(project.folder, "stacks");
    rmSync(stacks, { recursive: true });
    writeMetropolis(stacks, communes);
    await inTurns(previewed, ({ id }) => project.createStack(id));
    let resources = "";
    let total = 0;
    const taken = await takenBy(async () => {
      total = await seconds(() =>
        inTurns(previewed, async ({ id }) => {
          const output = await project.succeed("preview", "-s", id);
          resources = /(\d+) to create/.exec(output)?.[1] ?? "";
        }),
      );
    });
    return { ...taken, total, resources };
  } finally {
    project.remove();
  }
}

/** Does something for each commune, for as many at once as there are processors. */
async function inTurns(
  communes: readonly GeneratedCommune[],
  work: (commune: GeneratedCommune) => Promise<unknown>,
): Promise<void> {
  const waiting = [...communes];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Prints how many Kubernetes objects of each commune change when the last one joins. */
async function oneMore(communes: readonly GeneratedCommune[]): Promise<void> {
  const peers = communes.slice(0, -1);
  const before = await withStacks(peers, (stacks) => objectsOfEach(stacks, peers));
  const after = await withStacks(communes, (stacks) => objectsOfEach(stacks, peers));
  const changes = peers.map(({ id }) => {
    const [was, is] = [before.get(id) ?? new Set(), after.get(id) ?? new Set()];
    const [gone, come] = [[...was].filter((one) => !is.has(one)), [...is].filter((one) => !was.has(one))];
    return gone.length + come.length;
  });
  console.log(
    `One commune more changes at most ${Math.max(...changes)} object, at least ${Math.min(...changes)}, in each of ${peers.length} stacks.`,
  );
  if (Math.max(...changes) > 1) process.exitCode = 1;
}

/** Every Kubernetes object of each commune, as text. */
async function objectsOfEach(
  stacks: string,
  communes: readonly GeneratedCommune[],
): Promise<Map<string, Set<string>>> {
  const metropolis = loadFederation(stacks);
  const found = new Map<string, Set<string>>();
  for (const { id } of communes) {
    const loaded = loadCommune(stacks, id, () => metropolis);
    if (!loaded.ok) throw loaded.error;
    const { declaration, federation } = loaded;
    const site = siteOf(siteSchema.parse({}));
    const objects = await objectsOf(id, planCommune(declaration, site, { metropolis: federation }), site);
    found.set(id, new Set(objects.map((object) => JSON.stringify(object))));
  }
  return found;
}
