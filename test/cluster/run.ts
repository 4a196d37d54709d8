import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { cacheFolder, checkout } from "../../local/paths.ts";
import { localKey } from "./local-key.ts";
import { anotherRunFollows, clear, takeDown } from "./shared.ts";

/**
 * `npm run test:cluster`: the tests on the local cluster. Those that judge only what never leaves this machine (the
 * cluster, its Pulumi plugins, the doubles) are left out when nothing that they are made of has changed since they
 * were last seen green here. `npm run test:local` runs them whatever there was.
 *
 * A few files that failed run again, one by one: on two processors, three files at a time, a wait may be too short that
 * is long enough for a cluster of its own. Which ones is printed last; what fails alone too is red.
 */
const key = localKey();
const record = join(cacheFolder(), "green", key);

/** More than these fail of a cause that does not go away. */
const mostAgain = 4;

const reportSchema = z.object({
  testResults: z.array(z.object({ name: z.string(), status: z.string() })),
});

function lastGreen(): string | undefined {
  try {
    return readFileSync(record, "utf8");
  } catch {
    return undefined;
  }
}

/** Runs test files and returns those that failed; nothing where vitest did not get to its end. */
async function failedOf(words: readonly string[]): Promise<string[] | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "cluster-tests-"));
  const file = join(folder, "report.json");
  try {
    const { exitCode } = await execa(
      "vitest",
      [
        "run",
        ...words,
        "--reporter=default",
        "--reporter=./test/cluster/at-once.ts",
        "--reporter=json",
        `--outputFile.json=${file}`,
      ],
      { preferLocal: true, stdio: "inherit", reject: false, env: { [anotherRunFollows]: "1" } },
    );
    if (exitCode === 0) return [];
    const { testResults } = reportSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    const failed = testResults.filter(({ status }) => status === "failed").map(({ name }) => name);
    // An error outside of any test has no file that could run again.
    return failed.length > 0 ? failed.map((name) => relative(checkout, name)) : undefined;
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function passes(projects: readonly string[]): Promise<boolean> {
  const chosen = projects.flatMap((name) => ["--project", name]);
  const failed = await failedOf(chosen);
  if (failed === undefined || failed.length > mostAgain) return false;
  if (failed.length === 0) return true;
  console.log(`\nAgain, one by one: ${failed.join(", ")}\n`);
  await clear();
  const again = await failedOf([...chosen, "--no-file-parallelism", ...failed]);
  if (again?.length === 0) console.log(`\nFailed beside others and passed alone: ${failed.join(", ")}`);
  return again?.length === 0;
}

const green = lastGreen();
if (green)
  console.log(
    `The cluster, the plugins and the doubles are as they were when their own tests passed (${key}, ${green}): these are left out; npm run test:local runs them.`,
  );
let passed = false;
try {
  passed = await passes(["cluster", ...(green ? [] : ["local"])]);
} finally {
  await takeDown();
}
if (passed && !green) {
  mkdirSync(join(cacheFolder(), "green"), { recursive: true });
  writeFileSync(record, new Date().toISOString());
}
process.exitCode = passed ? 0 : 1;
