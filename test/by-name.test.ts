import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { checkout } from "../local/paths.ts";
import { choose, programsIn } from "./by-name.ts";

describe.each([
  ["bench", join(checkout, "bench")],
  ["campaign", join(checkout, "test", "campaigns")],
])("npm run %s", (kind, folder) => {
  const programs = programsIn(kind, folder);

  test("has a name and one line of meaning for each program", () => {
    expect(programs.length).toBeGreaterThan(15);
    for (const { name, meaning } of programs) {
      expect(meaning, name).toMatch(/^\S.{20,110}$/);
    }
  });

  test("has all that is started: what reads a command line, and what nothing imports", () => {
    const sources = new Map(
      readdirSync(folder)
        .filter((entry) => entry.endsWith(".ts") && entry !== "run.ts")
        .map((entry) => [basename(entry, ".ts"), readFileSync(join(folder, entry), "utf8")]),
    );
    const started = [...sources].filter(
      ([name, source]) =>
        source.includes("process.argv") ||
        source.includes("parseArgs(") ||
        ![...sources.values()].some((other) => other.includes(`from "./${name}.ts"`)),
    );
    const imported = kind === "campaign" ? ["hostile-files", "no-contact", "random-outlines"] : [];
    expect(started.map(([name]) => name).filter((name) => !imported.includes(name))).toEqual(
      programs.map(({ name }) => name),
    );
  });
});

describe("a program by name", () => {
  const folder = mkdtempSync(join(tmpdir(), "by-name-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const command = (kind: string) => `npm run ${kind}`;
  writeFileSync(
    join(folder, "walk.ts"),
    `/**\n * \`${command("stroll walk")} -- --count 3\`: once round\n * the lake. Then home.\n */\n`,
  );
  writeFileSync(join(folder, "map.ts"), `/** Map that \`${command("stroll walk")}\` reads. */\n`);
  const programs = programsIn("stroll", folder);

  test("is a file that says how it is started, and its meaning the first sentence of that", () => {
    expect(programs).toEqual([
      { name: "walk", file: join(folder, "walk.ts"), meaning: "once round the lake" },
    ]);
  });

  test("gets the rest of the words", () => {
    expect(choose("stroll", programs, ["walk", "--count", "4"])).toEqual({
      program: programs[0],
      words: ["--count", "4"],
    });
  });

  test("that is not named, or not there, is answered with the list, which is an error only of the second", () => {
    const list = "  walk  once round the lake";
    expect(choose("stroll", programs, [])).toEqual({
      text: `${command("stroll <name>")} [-- options]\n\n${list}`,
      exitCode: 0,
    });
    expect(choose("stroll", programs, ["swim", "--far"])).toEqual({
      text: `No stroll is called swim. There are:\n\n${list}`,
      exitCode: 2,
    });
  });
});
