import { afterEach, describe, expect, it, vi } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { commune } from "../../scripts/program.ts";

/** Returns what a command line prints and ends with, without a process of its own. */
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
