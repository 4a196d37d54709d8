import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { openCluster } from "../local/cluster/index.ts";
import { checkout } from "../local/paths.ts";
import { folderBackend } from "../local/toolchain/pulumi.ts";
import { taken } from "../test/cluster/timing.ts";

/**
 * `npm run bench state`: what Pulumi takes to keep its state in a folder while a stack grows. By the same number of resources
 * three times, each of the size that those of an association have, and which cost nothing to make. The same without writing
 * the state in between. Asks a local cluster that was up for its programs, and the cluster itself for nothing.
 */
const { values } = parseArgs({ options: { count: { type: "string", default: "300" } } });
const count = Number(values.count);
const programs = openCluster(process.env.COMMUNE_CLUSTER ?? "commune").environment;
const folder = mkdtempSync(join(tmpdir(), "bench-state-"));
const environment = {
  ...programs,
  PULUMI_BACKEND_URL: folderBackend(folder),
  PULUMI_CONFIG_PASSPHRASE: "only for this test",
  PULUMI_SKIP_UPDATE_CHECK: "true",
};
const pulumi = (words: readonly string[], more: Record<string, string> = {}) =>
  execa("pulumi", [...words, "--non-interactive"], { cwd: folder, env: { ...environment, ...more } });

try {
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: state\nruntime: nodejs\nmain: index.js\n");
  writeFileSync(join(folder, "package.json"), '{ "name": "state", "main": "index.js" }');
  writeFileSync(
    join(folder, "index.js"),
    `const { RandomBytes } = require("@pulumi/random");
const keepers = { text: "x".repeat(4500) };
for (let index = 0; index < Number(process.env.COUNT); index++) new RandomBytes("thing-" + index, { length: 16, keepers });
`,
  );
  for (const skip of ["false", "true"]) {
    await pulumi(["stack", "init", `skip-${skip}`]);
    for (const total of [count, 2 * count, 3 * count]) {
      const more = { COUNT: String(total), PULUMI_SKIP_CHECKPOINTS: skip };
      const { clock, processor } = await taken(() =>
        pulumi(["up", "-s", `skip-${skip}`, "--yes", "--skip-preview"], more),
      );
      const { size } = statSync(join(folder, ".pulumi", "stacks", "state", `skip-${skip}.json`));
      console.log(
        `${skip === "true" ? "written at the end" : "written all the time"}, ${total - count} to ${total}: ${clock.toFixed(1)} s, ${processor.toFixed(1)} s of processor time; state ${(size / 1e6).toFixed(1)} MB; load average ${(loadavg()[0] ?? 0).toFixed(0)}`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
