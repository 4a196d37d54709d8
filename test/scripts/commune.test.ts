import { execa } from "execa";
import { afterEach, describe, expect, it, vi } from "vitest";
import { checkout } from "../../local/paths.ts";
import manifest from "../../package.json" with { type: "json" };
import { commune } from "../../scripts/program.ts";

/** What a command line prints and ends with, without a process of its own. */
async function said(...words: string[]) {
  const written = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += text;
      return true;
    });
  const exitCode = await commune(words);
  vi.restoreAllMocks();
  return { ...written, exitCode };
}

describe("the commune program", () => {
  afterEach(() => vi.restoreAllMocks());

  it("lists its verbs", async () => {
    const { exitCode, stdout } = await said("--help");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Usage: commune /);
    expect(stdout).toMatch(/check +Check declarations/);
  });

  it("explains one verb, asked either way", async () => {
    const one = await said("check", "--help");
    const other = await said("help", "check");
    expect(one.stdout).toContain("--json");
    expect(other.stdout).toBe(one.stdout);
    expect([one.exitCode, other.exitCode]).toEqual([0, 0]);
  });

  it("tells its version", async () => expect((await said("--version")).stdout.trim()).toBe(manifest.version));

  it.each([
    [["chek"], "Did you mean check?"],
    [["check", "--elephants"], "unknown option"],
    [["check", "elephants"], 'no commune "elephants"'],
    [[], "Usage: commune"],
  ])("ends with code 2 and one clear message on wrong usage: %j", async (words, message) => {
    const { exitCode, stderr } = await said(...words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });
});

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
});
