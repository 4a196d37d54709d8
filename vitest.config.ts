import { defineConfig } from "vitest/config";

/**
 * Four projects, cheapest first. `unit` never imports Pulumi; `registrations` runs the program under
 * Pulumi's mocks in one shared process (loading the SDK eight times is most of the cost); `browser` opens
 * pages in headless Chromium; `cluster` drives the real engine against the real local cluster, one file at
 * a time.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          // A machine that also builds or runs a cluster is several times slower.
          testTimeout: 30_000,
          include: ["test/**/*.test.ts"],
          exclude: ["test/registrations/**", "test/browser/**", "test/cluster/**", "node_modules/**"],
        },
      },
      {
        test: {
          name: "registrations",
          testTimeout: 60_000,
          include: ["test/registrations/**/*.test.ts"],
          isolate: false,
          pool: "threads",
          poolOptions: { threads: { singleThread: true } },
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
          globalSetup: ["test/cluster/setup.ts"],
          pool: "forks",
          poolOptions: { forks: { singleFork: true } },
          testTimeout: 10 * 60_000,
          hookTimeout: 40 * 60_000,
        },
      },
    ],
  },
});
