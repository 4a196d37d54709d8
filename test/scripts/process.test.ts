import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { checkout } from "../../local/paths.ts";
import manifest from "../../package.json" with { type: "json" };

describe.concurrent("the commune program as a process", { timeout: 40_000 }, () => {
  // A list of verbs and a verb are two ways through scripts/commune.js.
  it.each([
    { words: ["--version"], exitCode: 0, stdout: manifest.version, stderr: "" },
    { words: ["check", "elephants"], exitCode: 2, stdout: "", stderr: 'no commune "elephants"' },
  ])("ends with its code after $words", async ({ words, ...expected }) => {
    const run = execa("node", ["scripts/commune.js", ...words], { cwd: checkout, reject: false });
    const { exitCode, stdout, stderr } = await run;
    expect({ exitCode, stdout }).toEqual({ exitCode: expected.exitCode, stdout: expected.stdout });
    expect(stderr).toContain(expected.stderr);
    expect(stderr).not.toContain("    at ");
  });

  it("ends quietly when nobody reads on", async () => {
    const line = "node scripts/commune.js --help | true";
    const { stderr } = await execa("sh", ["-c", line], { cwd: checkout });
    expect(stderr).toBe("");
  });
});
