import type { Command } from "commander";
import { afterEach, describe, expect, it, vi } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { examples } from "../../scripts/examples.ts";
import { descriptions } from "../../scripts/help/french.ts";
import { commune, wholeProgram } from "../../scripts/program.ts";

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

  it("lists its verbs in groups, and knows those that were renamed by both names", async () => {
    const { stdout } = await said("--help");
    const headings = ["Declare:", "Apply:", "Copies:", "Associations:", "Places:", "Toolkit:"];
    const places = headings.map((heading) => stdout.indexOf(`\n${heading}\n`));
    expect(places.every((place) => place > 0)).toBe(true);
    expect([...places].sort((one, other) => one - other)).toEqual(places);
    for (const [name, former] of [
      ["report", "audit"],
      ["workstation", "kit"],
    ] as const)
      expect((await said(former, "--help")).stdout).toBe((await said(name, "--help")).stdout);
  });

  it("shows below the help of every command how it is typed, with words that it takes", async () => {
    const shown: string[] = [];
    const look = (command: Command, above: readonly string[]) => {
      const own = [...above, command.name()];
      for (const below of command.commands) look(below, own);
      if (command.commands.length > 0) return;
      const name = own.slice(1).join(" ");
      shown.push(name);
      const example = examples[name] ?? "";
      expect(example, name).toMatch(new RegExp(`^${name}( |$)`));
      const words = example.slice(name.length).match(/"[^"]*"|\S+/g) ?? [];
      const { operands, unknown } = command.parseOptions(words);
      expect(unknown, example).toEqual([]);
      const needed = command.registeredArguments.filter(({ required }) => required).length;
      expect(operands.length, example).toBeGreaterThanOrEqual(needed);
    };
    for (const command of (await wholeProgram()).commands) look(command, ["commune"]);
    expect(shown.sort()).toEqual(Object.keys(examples).sort());
  });

  it("refuses a language that nothing is written in, in one line", async () => {
    vi.stubEnv("COMMUNE_LANG", "de");
    const { exitCode, stderr } = await said("--help");
    vi.unstubAllEnvs();
    expect(exitCode).toBe(2);
    expect(stderr).toBe('error: COMMUNE_LANG is "de". Write one of: en, fr.\n');
  });

  it("speaks French where that is asked for, each command with a description of its own", async () => {
    vi.stubEnv("COMMUNE_LANG", "fr");
    const { stdout } = await said("--help");
    for (const heading of [
      "Déclarer :",
      "Appliquer :",
      "Copies :",
      "Associations :",
      "Lieux :",
      "Outillage :",
    ])
      expect(stdout).toContain(`\n${heading}\n`);
    expect(stdout).toMatch(/check +Vérifier les déclarations/);
    const undo = await said("undo", "--help");
    expect(undo.stdout).toContain("Revenir avant le dernier pulumi up");
    expect(undo.stdout).toContain("Exemple : npx commune undo");
    vi.unstubAllEnvs();
    const names: string[] = [];
    const look = (command: Command, name: string) => {
      names.push(name);
      for (const below of command.commands)
        look(below, name === "commune" ? below.name() : `${name} ${below.name()}`);
    };
    look(await wholeProgram(), "commune");
    expect(Object.keys(descriptions).sort()).toEqual(names.sort());
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
