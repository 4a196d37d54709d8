import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listCommunes, loadCommune } from "../components/commune/load.ts";
import { loadFederation } from "../components/federation/members.ts";
import { openCluster } from "../local/cluster/index.ts";
import { Project } from "../test/cluster/project.ts";
import { communesOfLyon, writeMetropolis } from "./communes.ts";
import { seconds } from "./timing.ts";

/**
 * `npm run bench:metropolis`: the 58 communes of the metropolis of Lyon, with three services each, all federating
 * with each other: the time to check every declaration, and to preview every stack from nothing, two at a time, on
 * the local cluster. In growing numbers, so that the cost of one more commune shows.
 */
const all = communesOfLyon();
const sizes = (process.argv[2] ?? `${Math.round(all.length / 4)},${Math.round(all.length / 2)},${all.length}`)
  .split(",")
  .map(Number);
const atOnce = 2;
const { environment } = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");

console.log("communes  check    previews  per stack  resources of one");
for (const size of sizes) {
  const communes = all.slice(0, size);
  const check = await checkTime(communes);
  const { total, resources } = await previewTime(communes);
  console.log(
    `${String(size).padStart(8)}  ${check.toFixed(2).padStart(5)} s  ${total.toFixed(1).padStart(6)} s  ${((total * atOnce) / size).toFixed(2).padStart(7)} s  ${resources}`,
  );
}

async function checkTime(communes: typeof all): Promise<number> {
  const stacks = mkdtempSync(join(tmpdir(), "metropolis-"));
  try {
    writeMetropolis(stacks, communes);
    return await seconds(async () => {
      const federation = loadFederation(stacks);
      for (const id of listCommunes(stacks)) {
        const loaded = loadCommune(stacks, id, () => federation);
        if (!loaded.ok) throw loaded.error;
      }
    });
  } finally {
    rmSync(stacks, { recursive: true });
  }
}

async function previewTime(communes: typeof all): Promise<{ total: number; resources: string }> {
  const project = new Project(environment);
  try {
    const stacks = join(project.folder, "stacks");
    rmSync(stacks, { recursive: true });
    writeMetropolis(stacks, communes);
    for (const { id } of communes) await project.createStack(id);
    let resources = "";
    const total = await seconds(async () => {
      const waiting = [...communes];
      const worker = async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const output = await project.succeed("preview", "-s", next.id);
          resources = /(\d+) to create/.exec(output)?.[1] ?? "";
        }
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
    });
    return { total, resources };
  } finally {
    project.remove();
  }
}
