import { appendFileSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import { z } from "zod";

/** The file that {@link Results} writes, one line for each test file that ended. */
export const resultsVariable = "COMMUNE_TEST_RESULTS";

const resultSchema = z.object({ file: z.string(), passed: z.boolean(), seconds: z.number() });

/** Result of a test file. */
export type Result = z.infer<typeof resultSchema>;

/** Returns what a run wrote, of files that got to their end. */
export const readResults = (file: string): Result[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => resultSchema.parse(JSON.parse(line)));

/**
 * Says why tests of a file failed when the file is done, since the default reporter says it an hour later or never, and
 * writes down how it ended and how long that took, its hooks among it.
 */
export default class Results implements Reporter {
  onTestModuleEnd(module: TestModule): void {
    const file = relative(process.cwd(), module.moduleId);
    const { children } = module;
    const failed = [...children.allSuites(), ...children.allTests()].flatMap((one) => {
      const errors = one.type === "test" ? (one.result().errors ?? []) : one.errors();
      return errors.map(({ message, stack = "" }) => `${one.fullName}\n${message}\n${stack}`);
    });
    const errors = module.errors().map(({ message, stack = "" }) => `${message}\n${stack}`);
    for (const each of [...errors, ...failed]) console.error(`\n✘ ${file}: ${each}\n`);
    const written = process.env[resultsVariable];
    if (written === undefined) return;
    const seconds = Math.round(module.diagnostic().duration / 1000);
    // What was left out has shown nothing.
    const ran = [...children.allTests()].some((one) => one.result().state !== "skipped");
    appendFileSync(written, `${JSON.stringify({ file, passed: module.ok() && ran, seconds })}\n`);
  }
}
