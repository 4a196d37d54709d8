import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { loadCommune } from "../components/commune/load.ts";
import { memoryFor } from "../components/platform/mariadb/sizing.ts";
import { openCluster } from "../local/cluster/index.ts";
import { associationFile, townDeclaration } from "../test/campaigns/tenants/town.ts";
import { changesOf, Project } from "../test/cluster/project.ts";
import { taken } from "../test/cluster/timing.ts";

/**
 * `npm run bench associations`: a commune with so many associations, WordPress and DokuWiki each. How long
 * reading and judging its files takes, and a preview of all of it from nothing on the local cluster, where nothing of it is
 * made. Prints seconds by the clock and of processor time, and how many objects it names.
 */
const sizes = (process.argv[2] ?? "50,100,200").split(",").map(Number);
const commune = "associations-town";
const { environment } = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");
const project = new Project(environment);

/** Writes that many associations. */
function declare(count: number): void {
  project.declare(commune, townDeclaration(commune, Math.max(256, memoryFor(count))));
  const folder = join(project.folder, "stacks", commune, "tenants");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < count; index++) {
    const id = `club-${String(index).padStart(3, "0")}`;
    writeFileSync(join(folder, `${id}.yaml`), associationFile({ id }));
  }
}

try {
  rmSync(join(project.folder, "stacks"), { recursive: true });
  declare(1);
  await project.createStack(commune);
  // Compiles the program and warms file caches.
  await project.succeed("preview", "-s", commune);
  for (const size of sizes) {
    declare(size);
    const started = performance.now();
    const loaded = loadCommune(join(project.folder, "stacks"), commune);
    if (!loaded.ok) throw loaded.error;
    const read = (performance.now() - started) / 1000;
    let output = "";
    const previewed = await taken(async () => {
      output = await project.succeed("preview", "-s", commune);
    });
    const { create = 0 } = changesOf(output);
    const load = (loadavg()[0] ?? 0).toFixed(1);
    console.log(
      `${size} associations: read in ${read.toFixed(1)} s, preview ${previewed.clock.toFixed(1)} s (processor ${previewed.processor.toFixed(1)} s), ${create} objects; load average ${load}`,
    );
  }
} finally {
  project.remove();
}
