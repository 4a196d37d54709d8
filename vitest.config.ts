import { defineConfig } from "vitest/config";

/**
 * Four projects, cheapest first. `unit` never imports Pulumi; `registrations` runs the program under
 * Pulumi's mocks; `browser` opens pages in headless Chromium; `cluster` drives the real engine against the
 * real local cluster, three files at a time: they wait for pods most of the time.
 * `federation` is one of these, alone: two communes with all their services ask for most of two processors.
 * The first two share their modules between files, loading them again is most of the cost: a test puts back
 * what it changes. They run beside each other because one is of threads and the other of forks.
 */
export default defineConfig({
  test: {
    // Vitest reads this of the root alone; without it each file has a thread of its own.
    poolOptions: { threads: { isolate: false }, forks: { minForks: 1, maxForks: 3 } },
    projects: [
      {
        test: {
          name: "unit",
          // A machine that also builds or runs a cluster is several times slower.
          testTimeout: 30_000,
          include: ["test/**/*.test.ts"],
          exclude: ["test/registrations/**", "test/browser/**", "test/cluster/**", "node_modules/**"],
          isolate: false,
          pool: "threads",
        },
      },
      {
        test: {
          name: "registrations",
          testTimeout: 60_000,
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
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "cluster",
          include: ["test/cluster/**/*.test.ts"],
          exclude: ["test/cluster/federation.test.ts"],
          globalSetup: ["test/cluster/setup.ts"],
          pool: "forks",
          testTimeout: 10 * 60_000,
          hookTimeout: 40 * 60_000,
        },
      },
      {
        test: {
          name: "federation",
          include: ["test/cluster/federation.test.ts"],
          globalSetup: ["test/cluster/setup.ts"],
          pool: "forks",
          testTimeout: 10 * 60_000,
          hookTimeout: 40 * 60_000,
        },
      },
    ],
  },
});
