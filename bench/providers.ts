import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openCluster } from "../local/cluster/index.ts";
import { linkInstalledPlugins, placePlugins } from "../local/plugins/index.ts";
import { buildToolchain } from "../local/toolchain/index.ts";
import { placePulumi, withoutRunLogs } from "../local/toolchain/pulumi.ts";
import { Project } from "../test/cluster/project.ts";
import { median, taken } from "../test/cluster/timing.ts";
import { officialPulumiHome } from "../test/official/build.ts";

/**
 * `npm run bench providers`: the official Kubernetes provider, which users have, beside ours. A commune from nothing to
 * Ready, a preview that finds nothing to change, and its removal, in turns on a local cluster that holds no commune. Builds
 * the official one first (test/official/build.ts). Prints medians by the clock and of processor time, and their ratios.
 */
const { values } = parseArgs({ options: { runs: { type: "string", default: "3" } } });
const runs = Number(values.runs);
const cluster = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");
const stack = "villeurbanne";
const steps = ["up, from nothing to Ready", "preview, nothing changed", "destroy"] as const;

type Taken = Awaited<ReturnType<typeof taken>>;
type Figures = Record<(typeof steps)[number], Taken[]>;

const figures = (): Figures => ({
  "up, from nothing to Ready": [],
  "preview, nothing changed": [],
  destroy: [],
});

const home = mkdtempSync(join(tmpdir(), "pulumi-home-"));
const toolchain = await buildToolchain({ report: () => undefined });
linkInstalledPlugins(await officialPulumiHome(), home);
placePlugins(toolchain, { PULUMI_HOME: home });
placePulumi(toolchain, { PULUMI_HOME: home });
withoutRunLogs(home);

const ours = { title: "ours", project: new Project(cluster.environment), figures: figures() };
const official = {
  title: "official",
  project: new Project({ ...cluster.environment, PULUMI_HOME: home }),
  figures: figures(),
};

try {
  for (const { project } of [ours, official]) {
    await project.createStack(stack);
    // The first preview compiles the program.
    await project.succeed("preview", "-s", stack);
  }
  for (let run = 0; run < runs; run++)
    for (const { project, figures } of [ours, official]) {
      figures["up, from nothing to Ready"].push(await taken(() => project.up(stack)));
      for (let preview = 0; preview < 3; preview++)
        figures["preview, nothing changed"].push(
          await taken(() => project.succeed("preview", "-s", stack, "--expect-no-changes")),
        );
      figures.destroy.push(await taken(() => project.succeed("destroy", "-s", stack, "--yes")));
    }
  console.log(`Villeurbanne, ${runs} turns each, medians, load average ${(loadavg()[0] ?? 0).toFixed(1)}`);
  for (const step of steps)
    for (const what of ["clock", "processor"] as const) {
      const [own, theirs] = [ours, official].map(({ figures }) =>
        median(figures[step].map((each) => each[what])),
      ) as [number, number];
      const unit = `s ${what}`;
      console.log(
        `  ${step.padEnd(28)} ours ${own.toFixed(2)} ${unit}, official ${theirs.toFixed(2)} ${unit}: ${(theirs / own).toFixed(2)}`,
      );
    }
} finally {
  for (const { project } of [ours, official]) {
    await project.pulumi(["destroy", "-s", stack, "--yes"]);
    project.remove();
  }
  rmSync(home, { recursive: true, force: true });
}
