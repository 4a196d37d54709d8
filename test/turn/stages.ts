/** A part of the tests that runs as one, and of which a run may leave files out. */
export interface Stage {
  name: string;
  /** Vitest's projects in it. */
  projects: readonly Project[];
  /** Files that run each time. */
  always: readonly string[];
  /** So many files that failed run again, one by one. */
  again: number;
  /** Options of vitest. */
  words: readonly string[];
}

/** One of vitest's projects, and what makes a file of it another one. */
interface Project {
  name: string;
  /** Whether what its tests import of the product counts, beside their fixtures. */
  subject: boolean;
  /** Files of which its tests are made without importing them. */
  beside: readonly string[];
}

/** Its fixtures and its subject: with all that these import, one line of a part would run nearly every file. */
const subjects = { subject: true, beside: [] };
/** Its tests and fixtures: every commune imports the whole program, which the core brings up in any case. */
const fixtures = { subject: false, beside: [] };
/** The local cluster, its plugins and the doubles of applications. */
const machine = { subject: false, beside: ["local", "test/doubles"] };

/** Stages that `npm test` takes in turn, beside the cluster's. */
export const besideStages: readonly Stage[] = [
  {
    name: "slow",
    projects: [{ name: "slow", ...subjects }],
    always: [],
    // Beside the cluster a limit of time may be too short that is long enough otherwise.
    again: 4,
    words: ["--poolOptions.threads.minThreads=1", "--poolOptions.threads.maxThreads=2"],
  },
  { name: "browser", projects: [{ name: "browser", ...subjects }], always: [], again: 2, words: [] },
];

/** The stage that `npm test` takes in turn on the cluster. */
export const clusterStage: Stage = {
  name: "cluster",
  projects: [
    { name: "engine", ...fixtures },
    { name: "cluster", ...fixtures },
    { name: "local", ...machine },
  ],
  always: ["test/cluster/core.test.ts"],
  // On two processors, three files at a time, a wait may be too short that is long enough for a cluster of its own.
  again: 4,
  words: [],
};

/** Stages that `npm run test:all` runs besides: a quarter of an hour each, or programs that take long to build. */
export const longStages: readonly Stage[] = [
  { name: "long", projects: [{ name: "long", ...fixtures }], always: [], again: 4, words: [] },
  { name: "alone", projects: [{ name: "alone", ...fixtures }], always: [], again: 1, words: [] },
];

/** The cluster tests under the official Kubernetes provider, which stand on the record as one file. */
export const officialRun = "test/official/run.ts";
