import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { checkout } from "../../local/paths.ts";
import { localKey } from "./local-key.ts";
import { anotherRunFollows, clear } from "./shared.ts";

/** What the tests of the local cluster alone are made of now. */
export const key = localKey();
const record = join(import.meta.dirname, "local-green.json");

/** More than these fail of a cause that does not go away. */
const mostAgain = 4;

const reportSchema = z.object({
  testResults: z.array(z.object({ name: z.string(), status: z.string() })),
});

const recordSchema = z.object({ key: z.string(), on: z.string() });

/** When the same files were green; nothing where they were others. */
export function lastGreen(): string | undefined {
  const { key: of, on } = recordSchema.parse(JSON.parse(readFileSync(record, "utf8")));
  return of === key ? on : undefined;
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

/**
 * Runs projects of the cluster. A few files that failed run again, one by one: on two processors, three files at a time,
 * a wait may be too short that is long enough for a cluster of its own. Which ones is printed last; what fails alone too
 * is red.
 */
export async function passes(projects: readonly string[]): Promise<boolean> {
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

/** Writes down that the tests of the local cluster are green with these files. */
export function writeGreen(): void {
  writeFileSync(
    record,
    `${JSON.stringify({ key, on: new Date().toISOString().slice(0, 10) }, undefined, 2)}\n`,
  );
  console.log(`Written: ${relative(checkout, record)}. Commit it.`);
}
