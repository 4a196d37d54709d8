import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { checkout } from "../local/paths.ts";
import { type Candidate, choose, turns } from "./turn/choose.ts";
import { readHistory } from "./turn/history.ts";
import { inputsOf } from "./turn/inputs.ts";
import { behind, type Entry, readRecord, standsSince, type TestRecord, writeRecord } from "./turn/record.ts";
import { type Outcome, type Place, recordHolds, runBeside, runStage, secondTries } from "./turn/run.ts";
import type { Stage } from "./turn/stages.ts";
import { runFiles } from "./turn/vitest.ts";

const named = (count: number): Candidate[] =>
  Array.from({ length: count }, (_, index) => ({
    file: `test/${index}.test.ts`,
    seconds: (index + 1) * 10,
    changed: false,
  }));

describe("the choice of test files", () => {
  test("gives each its turn within twelve commits, and the turns about the same time", () => {
    const files = named(23);
    const seen = new Map<string, number>();
    for (let count = 900; count < 900 + turns; count++) {
      const { turn, left } = choose(files, count);
      expect([...turn, ...left].sort()).toEqual(files.map(({ file }) => file).sort());
      for (const file of turn) seen.set(file, (seen.get(file) ?? 0) + 1);
      const seconds = turn.reduce(
        (sum, file) => sum + (files.find((each) => each.file === file)?.seconds ?? 0),
        0,
      );
      // 2,760 seconds in all.
      expect(seconds).toBeGreaterThan(200);
      expect(seconds).toBeLessThan(260);
    }
    expect([...seen.values()]).toEqual(files.map(() => 1));
  });

  test("has what changed in every turn, and moves nothing else by that", () => {
    const files = named(12);
    const changed = files.map((each) => ({ ...each, changed: each.file === "test/3.test.ts" }));
    for (let count = 0; count < turns; count++) {
      const [before, after] = [choose(files, count), choose(changed, count)];
      expect(after.changed).toEqual(["test/3.test.ts"]);
      expect(after.turn).toEqual(before.turn.filter((file) => file !== "test/3.test.ts"));
    }
  });
});

/** A project with a git history of its own, whose tests are run as those of this one. */
describe("in a project", () => {
  let root: string;
  const files = ["one", "two", "three", "four", "five", "late"];
  const stage: Stage = {
    name: "cluster",
    projects: [{ name: "cluster", subject: false, beside: [] }],
    always: ["test/core.test.ts"],
    again: 4,
    words: [],
  };
  const write = (path: string, text: string) => writeFileSync(join(root, path), text);
  const git = async (...words: string[]) => (await execa("git", words, { cwd: root })).stdout;
  const commit = async () => {
    await git("add", "-A");
    await git("commit", "-q", "--allow-empty", "-m", "x");
    return git("rev-parse", "HEAD");
  };
  const passing = 'import { expect, test } from "vitest";\ntest("is", () => expect(1).toBe(1));\n';

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), "turn-"));
    mkdirSync(join(root, "test"));
    symlinkSync(join(checkout, "node_modules"), join(root, "node_modules"));
    write(".gitignore", "node_modules\n");
    write("package.json", '{ "type": "module" }\n');
    write(
      "vitest.config.ts",
      'import { defineConfig } from "vitest/config";\nexport default defineConfig({ test: { projects: [{ test: { name: "cluster", include: ["test/**/*.test.ts"] } }] } });\n',
    );
    for (const name of ["core", ...files]) write(`test/${name}.test.ts`, passing);
    await git("init", "-q");
    await git("config", "user.email", "tests@commune.test");
    await git("config", "user.name", "tests");
    vi.spyOn(console, "log").mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(root, { recursive: true });
  });

  /** Every file was green at that commit. */
  const green = (at: string): TestRecord => {
    const entry: Entry = { commit: at, date: "2026-11-30", seconds: 10, tries: 1, result: "passed" };
    return {
      since: at,
      files: Object.fromEntries(["core", ...files].map((name) => [`test/${name}.test.ts`, entry])),
      campaigns: {},
    };
  };
  const here = async (): Promise<Place> => {
    const history = await readHistory(root);
    return { root, history, record: readRecord(root, ""), output: "ignore" };
  };
  const run = async () => runStage(await here(), stage);
  const namesOf = (outcomes: readonly Outcome[]) =>
    outcomes.map(({ file }) => file.slice("test/".length, -".test.ts".length)).sort();

  test("a file that would fail only when it runs turns it red in its turn, and in none before", async () => {
    write("fails", "");
    // Green on record, and not changed since: what broke it is outside of its tests, as the program is.
    write(
      "test/late.test.ts",
      'import { existsSync } from "node:fs";\nimport { expect, test } from "vitest";\ntest("is", () => expect(existsSync("fails")).toBe(false));\n',
    );
    writeRecord(root, green(await commit()));
    const red: string[][] = [];
    const ran: string[] = [];
    for (let turn = 0; turn < turns; turn++) {
      await commit();
      const outcomes = await run();
      expect(namesOf(outcomes)).toContain("core");
      ran.push(...namesOf(outcomes).filter((name) => name !== "core"));
      red.push(namesOf(outcomes.filter(({ passed }) => !passed)));
    }
    expect(ran.sort()).toEqual([...files].sort());
    expect(red.flat()).toEqual(["late"]);
  }, 120_000);

  test("a file that changed, or whose fixture did, runs whatever the turn", async () => {
    write("test/town.ts", "export const population = 1;\n");
    write("test/two.test.ts", `import "./town.ts";\n${passing}`);
    writeRecord(root, green(await commit()));
    write("test/town.ts", "export const population = 2;\n");
    write("test/five.test.ts", `${passing}${passing.split("\n")[1]}\n`);
    await commit();
    expect(namesOf(await run())).toEqual(expect.arrayContaining(["core", "two", "five"]));
  }, 120_000);

  test("is made of its fixtures, and of its subject with what that has in its folder", () => {
    for (const folder of ["parts/cache/pod", "parts/other"])
      mkdirSync(join(root, folder), { recursive: true });
    write("test/town.ts", 'import "../parts/cache/plan.ts";\n');
    write("test/one.test.ts", `import "./town.ts";\n${passing}`);
    write("parts/cache/plan.ts", 'import "./size.ts";\nimport "../other/limits.ts";\n');
    write("parts/cache/size.ts", "export const size = 1;\n");
    write("parts/cache/pod/start.sh", "true\n");
    write("parts/other/limits.ts", "export const limit = 1;\n");
    const madeOf = (subject: boolean) =>
      inputsOf(root, [{ file: "test/one.test.ts", subject, beside: [] }]).get("test/one.test.ts");
    expect(madeOf(false)).toEqual(["test/one.test.ts", "test/town.ts"]);
    expect(madeOf(true)?.sort()).toEqual([
      ...["parts/cache/plan.ts", "parts/cache/pod/start.sh", "parts/cache/size.ts"],
      ...["test/one.test.ts", "test/town.ts"],
    ]);
  });

  test("a fixture that what runs always has too makes no other file run", async () => {
    write("test/town.ts", "export const population = 1;\n");
    for (const name of ["core", "two"]) write(`test/${name}.test.ts`, `import "./town.ts";\n${passing}`);
    const then = await commit();
    writeRecord(root, green(then));
    write("test/town.ts", "export const population = 2;\n");
    // Until it is not the turn of the second one.
    for (let turn = 0; turn < 2; turn++) {
      await commit();
      const ran = namesOf(await run());
      expect(ran).toContain("core");
      expect(ran).toHaveLength(2);
    }
  }, 120_000);

  test("a file of which, or of whose fixture, comments alone changed waits for its turn", async () => {
    write("test/town.ts", "/** People. */\nexport const population = 1;\n");
    write("test/two.test.ts", `import "./town.ts";\n${passing}`);
    const then = await commit();
    write("test/town.ts", "/** Number of people. */\nexport const population = 1; // and no more\n");
    write("test/five.test.ts", `// the fifth\n${passing}`);
    write("test/six.test.ts", passing);
    write("notes.md", "new");
    await commit();
    const changed = await (await readHistory(root))?.changedSince(then);
    expect([...(changed ?? [])].sort()).toEqual(["notes.md", "test/six.test.ts"]);
  });

  test("a file that has no entry, or failed, runs whatever the turn; an uncommitted change counts", async () => {
    const record = green(await commit());
    const { "test/one.test.ts": one, "test/two.test.ts": two, ...rest } = record.files;
    expect([one, two]).not.toContain(undefined);
    writeRecord(root, {
      ...record,
      files: { ...rest, ...(two && { "test/two.test.ts": { ...two, result: "failed" } }) },
    });
    write("test/three.test.ts", `${passing}${passing.split("\n")[1]}\n`);
    expect(namesOf(await run())).toEqual(expect.arrayContaining(["core", "one", "two", "three"]));
  }, 120_000);

  test("a second try is counted and told, and beside others both tries are printed together", async () => {
    write(
      "test/late.test.ts",
      'import { existsSync, writeFileSync } from "node:fs";\nimport { expect, test } from "vitest";\ntest("is", () => { const again = existsSync("again"); writeFileSync("again", ""); expect(again).toBe(true); });\n',
    );
    const record = green(await commit());
    writeRecord(root, { ...record, files: {} });
    const beforeAgain = vi.fn(async () => undefined);
    const outcomes = await runBeside({ ...(await here()), beforeAgain }, (where) => runStage(where, stage));
    // What others left is theirs, who still run.
    expect(beforeAgain).not.toHaveBeenCalled();
    expect(outcomes.every(({ passed }) => passed)).toBe(true);
    expect(outcomes).toHaveLength(7);
    const printed = vi.mocked(console.log).mock.calls.map(([text]) => String(text));
    const together = printed.filter((text) => text.includes("Test Files"));
    expect(together).toHaveLength(1);
    expect(together.join().match(/late\.test\.ts/g)?.length).toBeGreaterThan(1);
    expect(secondTries(outcomes)).toBe(
      "Second tries: 1. Failed beside others and passed alone, a test to fix: test/late.test.ts",
    );
  }, 120_000);

  test.each([
    ["does not get to its end", "process.exit(0);\n"],
    ["leaves all of its tests out", 'import { test } from "vitest";\ntest.skip("is", () => undefined);\n'],
  ])(
    "a file that %s has failed",
    async (_, text) => {
      write("test/late.test.ts", text);
      writeRecord(root, { ...green(await commit()), files: {} });
      expect(namesOf((await run()).filter(({ passed }) => !passed))).toEqual(["late"]);
    },
    120_000,
  );

  test("of a run that is broken off there is what had passed by then, and no process", async () => {
    // Vitest begins with the largest.
    const large = `${passing}//${" -".repeat(500)}\n`;
    write("test/core.test.ts", large);
    write("test/fails.test.ts", large.replace("toBe(1)", "toBe(2)"));
    // It breaks the run off from within, at a moment at which another passed and another failed.
    write(
      "test/late.test.ts",
      'import { writeFileSync } from "node:fs";\nimport { test } from "vitest";\ntest("is", async () => { writeFileSync("now", String(process.pid)); for (const end = Date.now() + 60_000; Date.now() < end; ) await new Promise((go) => setTimeout(go, 50)); }, 60_000);\n',
    );
    const broken = new AbortController();
    const asked = setInterval(() => existsSync(join(root, "now")) && broken.abort(), 100);
    const { results } = await runFiles(
      root,
      ["cluster"],
      ["core", "fails", "late"].map((name) => `test/${name}.test.ts`),
      {
        words: ["--no-file-parallelism"],
        env: {},
        signal: broken.signal,
        output: "ignore",
      },
    );
    clearInterval(asked);
    expect(results.map(({ file, passed }) => [file, passed])).toEqual([["test/core.test.ts", true]]);
    const running = Number(readFileSync(join(root, "now"), "utf8"));
    await vi.waitFor(() => expect(() => process.kill(running, 0)).toThrow("ESRCH"), { timeout: 5000 });
  }, 120_000);

  test("a record of which one file is more than a hundred commits behind turns it red, whatever the day", async () => {
    const old = await commit();
    const record = green(old);
    const paths = Object.keys(record.files);
    const holds = async (passed: string[] = []) => {
      const history = await readHistory(root);
      return recordHolds({ root, history, record }, paths, new Set(passed));
    };
    for (let more = 0; more < 100; more++) await git("commit", "-q", "--allow-empty", "-m", "x");
    expect(await holds()).toBe(true);
    const head = await commit();
    expect(await holds()).toBe(false);
    // What passed now is not behind.
    expect(await holds(paths)).toBe(true);
    const [first = ""] = paths;
    const entry = record.files[first];
    for (const path of paths.slice(1)) if (entry) record.files[path] = { ...entry, commit: head };
    expect(await holds()).toBe(false);
    if (entry) record.files[first] = { ...entry, commit: head };
    expect(await holds()).toBe(true);
    // What came with a merge is counted from then on, though it never ran.
    await git("checkout", "-q", "-b", "branch");
    write("test/new.test.ts", passing);
    await commit();
    await git("checkout", "-q", "-");
    await git("merge", "-q", "--no-ff", "--no-edit", "branch");
    const history = await readHistory(root);
    expect(history && (await behind(["test/new.test.ts"], record, history))).toEqual([
      { file: "test/new.test.ts", commits: 0 },
    ]);
    // A commit that nobody has proves nothing.
    if (entry) record.files[first] = { ...entry, commit: "0".repeat(40) };
    expect(await holds()).toBe(false);
  }, 120_000);

  test("what passed stands while the record, comments and tests change of which it has no part", async () => {
    const parts = new Set(["test/one.test.ts", "test/two/shared.ts"]);
    mkdirSync(join(root, "test", "two"));
    write("product.ts", "export const served = 1;\n");
    const old = await commit();
    const stands = async () => {
      const history = await readHistory(root);
      return history && (await standsSince(old, parts, root, history));
    };
    writeRecord(root, green(old));
    write("test/two.test.ts", `${passing}export const another = true;\n`);
    write("test/two/own.ts", "export const another = true;\n");
    write("product.ts", "// Why.\nexport const served = 1;\n");
    expect(await stands()).toBe(true);
    await commit();
    expect(await stands()).toBe(true);
    for (const path of ["product.ts", ...parts, "settings.json", "test/setup.ts"]) {
      write(path, "export const served = 2;\n");
      expect(await stands(), path).toBe(false);
      await git("stash", "-q", "-u");
      expect(await stands(), path).toBe(true);
    }
  });

  test("without a history none is read, and nothing is red by itself", async () => {
    expect(await readHistory(tmpdir())).toBeUndefined();
    const record = green("0".repeat(40));
    expect(await recordHolds({ root, history: undefined, record }, files, new Set())).toBe(true);
  });
});
