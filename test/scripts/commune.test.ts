import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { checkout } from "../../local/paths.ts";
import manifest from "../../package.json" with { type: "json" };

function commune(...words: string[]) {
  return execa("node", ["scripts/commune.js", ...words], { cwd: checkout, reject: false, timeout: 30_000 });
}

describe.concurrent("the commune program", { timeout: 40_000 }, () => {
  it("lists its verbs", async () => {
    const { exitCode, stdout } = await commune("--help");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Usage: commune /);
    expect(stdout).toMatch(/check +Check declarations/);
  });

  it("explains one verb, asked either way", async () => {
    const [one, other] = await Promise.all([commune("check", "--help"), commune("help", "check")]);
    expect(one.stdout).toContain("--json");
    expect(other.stdout).toBe(one.stdout);
    expect([one.exitCode, other.exitCode]).toEqual([0, 0]);
  });

  it("tells its version", async () => expect((await commune("--version")).stdout).toBe(manifest.version));

  it.each([
    [["chek"], "Did you mean check?"],
    [["check", "--elephants"], "unknown option"],
    [["check", "elephants"], 'no commune "elephants"'],
    [[], "Usage: commune"],
  ])("ends with code 2 and one clear message on wrong usage: %j", async (words, message) => {
    const { exitCode, stderr } = await commune(...words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });
});
