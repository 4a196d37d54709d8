import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkout } from "../../local/paths.ts";

/** One file for each commune of the tests that run on the cluster now: whose it is. */
const folder = join(checkout, ".local", "test-communes");

/** File that says which run has the shared cluster now. */
const runFile = join(checkout, ".local", "test-run");

/** Whether a process of that number runs tests: the number of one that ended is somebody else's, within an hour on a busy machine. */
function runsTests(process_: number): boolean {
  try {
    return readFileSync(`/proc/${process_}/cmdline`, "utf8").includes("vitest");
  } catch {
    return false;
  }
}

/**
 * Keeps the shared cluster for this process, and returns what gives it back. Throws where another run of this checkout has
 * it: the first of both to end would take the cluster away under the other.
 *
 * @param run file that says so.
 */
export function claimCluster(run = runFile): () => void {
  const owner = existsSync(run) ? Number(readFileSync(run, "utf8")) : process.pid;
  if (owner !== process.pid && runsTests(owner))
    throw new Error(
      `Process ${owner} runs tests on the cluster of this checkout. Wait for its end, or take a checkout of your own.`,
    );
  mkdirSync(dirname(run), { recursive: true });
  writeFileSync(run, String(process.pid));
  return () => rmSync(run, { force: true });
}

/** Forgets what earlier runs kept: the numbers of processes that ended are others' by now. */
export function forgetClaims(): void {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Keeps a commune of a cluster, the shared one unless another is named, for this process. Throws where another test file that runs at the same time has
 * one of that name: their objects would be the same, and both would fail somewhere else.
 */
export function claimCommune(id: string, cluster = "test"): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${id}@${cluster}`);
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return;
  } catch {
    const owner = Number(readFileSync(file, "utf8"));
    if (owner !== process.pid && runsTests(owner)) {
      throw new Error(`Another test file that runs now has a commune ${id} too. Give one of them another.`);
    }
  }
  writeFileSync(file, String(process.pid));
}
