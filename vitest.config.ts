import { defineConfig } from "vitest/config";
import { ofTheLocalCluster } from "./test/cluster/projects.ts";
import { LongestFirst } from "./test/turn/longest-first.ts";

/** Tests that start processes, or take over a second of processor time: not for the inner loop. */
const slow = [
  "another-part",
  "attacks",
  "audit/approval/sshsig",
  "audit/forges",
  "background",
  "components/commune/completeness",
  "components/schools/apt",
  "components/foundation/declaration-campaign",
  "components/places/hostile-places-campaign",
  "components/places/hotspots",
  "components/places/hotspots-device",
  "components/places/hotspots-update",
  "components/places/hotspots-put-back",
  "components/places/hotspots-floor",
  "components/places/hotspots-configurations",
  "components/places/hotspots-tools",
  "components/schools/kit",
  "components/schools/kit-sync",
  "components/schools/lessons",
  "components/places/map",
  "components/services/mastodon-restore",
  "components/services/nextcloud-apps",
  "components/services/nextcloud-authority",
  "components/services/nextcloud-cron",
  "components/services/nextcloud-devices",
  "components/services/nextcloud-restore",
  "components/services/nextcloud-servers",
  "components/services/peertube-plugins",
  "components/services/peertube-restore",
  "components/services/peertube-visitors",
  "components/foundation/program",
  "components/foundation/still",
  "components/foundation/transfer",
  "components/platform/database-attacks",
  "components/platform/database-exchange",
  "components/platform/database-upgrade",
  "components/platform/lost-server-connections",
  "components/platform/mariadb-rows",
  "components/platform/monitoring-alerts",
  "components/recovery/point-copies",
  "components/recovery/points-rows",
  "components/places/radio-campaign",
  "components/schools/schools-receive",
  "components/tenants/charts",
  "components/places/villeurbanne-places",
  "components/places/wireless-regdb",
  "doubles/mastodon/libpq",
  "fourth-service",
  "lint",
  "local/images/bundle",
  "local/images/upstream",
  "local/packages",
  "local/toolchain/prebuilt",
  "local/toolchain/toolchain",
  "main",
  "package",
  "programs/hostile-http",
  "programs/hotspots",
  "programs/restore-planted",
  "programs/restore-point",
  "programs/restore-point-back",
  "programs/restore-point-hosts",
  "programs/restore-point-refused",
  "programs/restore-point-vaults",
  "programs/keeper",
  "programs/keeper-copies",
  "programs/keeper-hosts",
  "programs/keeper-increments",
  "programs/rehearsal",
  "programs/vault",
  "programs/vault-restic",
  "scripts/interruptible",
  "scripts/own-report",
  "scripts/process",
  "scripts/wifi",
  "turn",
].map((noun) => `test/${noun}.test.ts`);

/** `npm run test:all` alone runs these: what changes seldom, or takes longer than all that runs beside it in its turn. */
const long = [
  ...["association-life", "database-move", "going-back", "guide", "levels", "monitoring", "move"],
  ...["nextcloud-install", "registry", "several-buckets", "several-servers", "uploads"],
].map((name) => `test/cluster/${name}.test.ts`);

/** These have the cluster for themselves: several communes with all services, a commune twice, programs that take long to build. */
const alone = [
  ...["drill", "export", "federation"].map((name) => `test/cluster/${name}.test.ts`),
  "test/official/cert-manager.test.ts",
  "test/official/yaml.test.ts",
  "test/programs/bucket.test.ts",
  "test/programs/restore-point-objects.test.ts",
];

const local = ofTheLocalCluster.map((path) => (path.endsWith(".ts") ? path : `${path}/**/*.test.ts`));

/**
 * Pulumi writes the state when it ends, and not twice for each resource, which is more than half of what it takes. A run
 * that is started to be killed writes it all the time (Project.start).
 */
const stateOnce = { PULUMI_SKIP_CHECKPOINTS: "true" };

/** Settings that files on a cluster have in common. */
const onCluster = {
  env: stateOnce,
  pool: "forks" as const,
  testTimeout: 10 * 60_000,
  hookTimeout: 40 * 60_000,
  setupFiles: ["test/cluster/failed/setup.ts"],
  globalSetup: ["test/cluster/setup.ts"],
};

/**
 * Projects, cheapest first. `unit` never imports Pulumi; `registrations` runs the program under
 * Pulumi's mocks; `slow` is what the inner loop leaves out of `unit`; `browser` opens pages in headless Chromium;
 * `cluster` drives the real engine against the real local cluster, three files at a time: they wait for pods most of
 * the time. `engine` drives it against an API server without nodes, which test/doubles/nodes/ stands in for.
 * `local` are those of them that are about the local cluster itself, its plugins and the doubles.
 * Which of the last four run when is in test/turn/stages.ts.
 * The first three share their modules between files, loading them again is most of the cost: a test puts back
 * what it changes. `unit` and `registrations` run beside each other because one is of threads and the other of forks.
 */
export default defineConfig({
  test: {
    // Vitest reads this of the root alone; without it each file has a thread of its own.
    poolOptions: { threads: { isolate: false }, forks: { minForks: 1, maxForks: 3 } },
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          // A machine that also builds or runs a cluster is several times slower.
          testTimeout: 30_000,
          include: ["test/**/*.test.ts"],
          exclude: [
            ...slow,
            ...alone,
            "test/registrations/**",
            "test/browser/**",
            "test/cluster/**",
            "test/engine/**",
            "test/official/**",
            "node_modules/**",
          ],
          isolate: false,
          pool: "threads",
        },
      },
      {
        test: {
          name: "slow",
          // `npm test` builds the cluster beside them.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          include: slow,
          isolate: false,
          pool: "threads",
        },
      },
      {
        test: {
          name: "registrations",
          testTimeout: 60_000,
          hookTimeout: 60_000,
          include: ["test/registrations/**/*.test.ts"],
          isolate: false,
          pool: "forks",
          poolOptions: { forks: { singleFork: true } },
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/browser/setup.ts"],
          // One Chromium at a time.
          pool: "forks",
          poolOptions: { forks: { singleFork: true } },
          // `npm test` has the tests on the cluster beside them.
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          ...onCluster,
          name: "cluster",
          include: ["test/cluster/**/*.test.ts"],
          exclude: [...alone, ...long, ...local],
        },
      },
      {
        test: {
          ...onCluster,
          name: "engine",
          include: ["test/engine/**/*.test.ts"],
          globalSetup: ["test/engine/setup.ts"],
          testTimeout: 5 * 60_000,
          hookTimeout: 5 * 60_000,
        },
      },
      { test: { ...onCluster, name: "local", include: local } },
      { test: { ...onCluster, name: "long", include: long } },
      {
        test: {
          ...onCluster,
          name: "alone",
          include: alone,
          poolOptions: { forks: { singleFork: true } },
        },
      },
    ],
  },
});
