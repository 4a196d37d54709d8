import { execa } from "execa";
import { officialPulumiHome } from "./build.ts";

/**
 * `npx tsx test/official/run.ts [files]`: the tests of the engine and of a whole commune under the official Kubernetes provider instead of
 * ours. Not in CI: building it takes long. Those of test/cluster/plugins can be given too, but the provider that is served
 * as a Go module is older than the SDK, and differs from what ours follows (docs/measurements.md).
 */
const files = [
  ...["first-update", "hand-edits", "identity", "killed", "rollout", "taken-back"].map(
    (name) => `test/engine/${name}.test.ts`,
  ),
  ...["core", "retirement", "services"].map((name) => `test/cluster/${name}.test.ts`),
];

const given = process.argv.slice(2);
const home = await officialPulumiHome();
const { exitCode } = await execa(
  "vitest",
  [
    "run",
    "--project",
    "engine",
    "--project",
    "cluster",
    "--project",
    "local",
    ...(given.length > 0 ? given : files),
  ],
  {
    preferLocal: true,
    stdio: "inherit",
    reject: false,
    env: { PULUMI_HOME: home, COMMUNE_PLUGINS: "auto" },
  },
);
process.exitCode = exitCode ?? 1;
