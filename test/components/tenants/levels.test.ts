import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chartDigest, chartsFolder } from "../../../components/tenants/chart/render.ts";
import { type Evidence, knownLevel, warningOf } from "../../../components/tenants/levels/evidence.ts";
import { levelOf, levels, reasonOf, type Step } from "../../../components/tenants/levels/levels.ts";
import type { Visit } from "../../../scripts/package/bench.ts";
import { checkLevels } from "../../../scripts/package/check.ts";
import { type Broken, RecordedBench } from "../../doubles/bench.ts";

const at = "2026-11-27T08:00:00.000Z";
const step = (level: number, round = 1, passed = true): Step => ({
  ...{ level, round, passed, at, did: "something", saw: passed ? "well" : "not so" },
});
const upTo = (level: number, round = 1) =>
  Array.from({ length: level }, (_, index) => step(index + 1, round));

describe("a level", () => {
  test.each([
    ["nothing was tried", [], 0],
    ["the first failed", [step(1, 1, false)], 0],
    ["all to the fourth", upTo(4), 4],
    ["one in between failed", [...upTo(3), step(4, 1, false), step(5), step(6), step(7)], 3],
    ["one in between was not tried", [...upTo(3), step(5), step(6), step(7)], 3],
    ["one of two steps failed", [...upTo(3), step(3, 1, false), step(4)], 2],
    ["all, once", upTo(7), 7],
    ["all, and not all again", [...upTo(7), ...upTo(6, 2)], 7],
    ["all, and one of them failed again", [...upTo(7), ...upTo(6, 2), step(7, 2, false)], 7],
    ["all, twice", [...upTo(7), ...upTo(7, 2)], 8],
    ["the second round alone", upTo(7, 2), 0],
  ])("where %s", (_, steps, level) => expect(levelOf(steps)).toBe(level));

  test("says why it is not the highest", () => {
    expect(reasonOf([...upTo(7), ...upTo(7, 2)])).toBeUndefined();
    expect(reasonOf([...upTo(3), step(4, 1, false)])).toBe("it is isolated: not, not so");
    expect(reasonOf([...upTo(7), step(1, 2, false)])).toContain("not the second time");
    expect(reasonOf(upTo(7))).toBe("not everything was tried");
  });
});

describe("an application that is broken in one way", () => {
  test.each<[level: number, broken: Broken]>([
    [0, { how: "does not start" }],
    [1, { how: "loses what it kept when it is upgraded" }],
    [2, { how: "copies nothing of what was written" }],
    [2, { how: "restores beside what is there" }],
    [3, { how: "reaches the API server" }],
    [3, { how: "touches another association" }],
    [4, { how: "leads to its old name" }],
    [5, { how: "lets strangers read" }],
    [6, { how: "takes more memory than it may" }],
    [6, { how: "is started again" }],
    [7, { how: "copies nothing of what was written", after: 1 }],
  ])("gets level %i where it %o", async (level, broken) => {
    const steps = await checkLevels(new RecordedBench(broken));
    expect(levelOf(steps)).toBe(level);
    expect(reasonOf(steps)).toContain(`${levels[level === 7 ? 2 : level]}: not`);
    // None above would count: nothing more is tried.
    expect(steps.at(-1)?.passed).toBe(false);
  });

  test("or in none, gets them all; in the short form all but the last", async () => {
    expect(levelOf(await checkLevels(new RecordedBench()))).toBe(8);
    expect(levelOf(await checkLevels(new RecordedBench(), { rounds: 1 }))).toBe(7);
  });

  test("and one whose accesses were not all tried stays below the level of accesses", async () => {
    const steps = await checkLevels(new RecordedBench(undefined, ["admins"]));
    expect(levelOf(steps)).toBe(5);
    expect(reasonOf(steps)).toContain("admins were not tried");
  });
});

describe("an application that takes people from the commune's login", () => {
  /** With that login too, where somebody may or may not do something, and did. */
  class WithLogin extends RecordedBench {
    constructor(private readonly seen: readonly Visit[]) {
      super();
    }
    get byLogin() {
      return { accesses: ["members" as const], visits: async () => [...this.seen] };
    }
  }
  const reads = { who: "a member reads", may: true, did: true };
  const strange = { who: "a stranger who says to be another reads", may: false, did: false };

  test("is of all levels where it lets in whom it should there, and says so", async () => {
    const steps = await checkLevels(new WithLogin([reads, strange]));
    expect(levelOf(steps)).toBe(8);
    expect(steps.find(({ level }) => level === 6)?.saw).toContain("2 by the commune's login under members");
  });

  test.each<[string, readonly Visit[], string]>([
    ["lets in whom it should not", [reads, { ...strange, did: true }], "says to be another reads"],
    ["keeps out whom it should let in", [{ ...reads, did: false }, strange], "a member reads in vain"],
    ["was asked by nobody", [], "nobody asked under members by the commune's login"],
  ])("stays below the level of accesses where it %s", async (_, seen, said) => {
    const steps = await checkLevels(new WithLogin(seen));
    expect(levelOf(steps)).toBe(5);
    expect(reasonOf(steps)).toContain(said);
  });
});

describe("evidence", () => {
  const image = "docker.io/library/x:1";
  const digest = `sha256:${"a".repeat(64)}`;
  let folder: string;
  const chart = () => join(folder, "site");
  const write = (more: Partial<Evidence> = {}) => {
    const evidence: Evidence = {
      ...{ version: 1, chart: "site", level: 5, reason: "not six", kubernetes: "v1.36.3", steps: upTo(5) },
      ...{ chartDigest: chartDigest(chart()), images: [{ reference: image, digest, from: "made here" }] },
      ...more,
    };
    writeFileSync(join(chart(), "level.json"), JSON.stringify(evidence));
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "charts-"));
    cpSync(chartsFolder, folder, { recursive: true, verbatimSymlinks: true });
    rmSync(join(chart(), "level.json"), { force: true });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("that is not there, or that somebody wrote, is none", () => {
    expect(warningOf(knownLevel(chart(), [image]))).toContain("never checked");
    write({ level: 8 });
    expect(warningOf(knownLevel(chart(), [image]))).toContain("not what a check writes");
  });

  test("counts while chart and images are the same, and is no part of the chart", () => {
    write();
    const known = knownLevel(chart(), [image]);
    expect(known).toMatchObject({ level: 5, void: [] });
    expect(warningOf(known)).toBeUndefined();
    write({ level: 3, steps: upTo(3), reason: "it is isolated: not, x" });
    expect(warningOf(knownLevel(chart(), [image]))).toContain("is of level 3, below 4 (it is isolated");
  });

  test("is void with another image, another build of it, and another chart or library", () => {
    write();
    expect(warningOf(knownLevel(chart(), ["docker.io/library/x:2"]))).toContain("with another image");
    const locked = {
      digest: `sha256:${"b".repeat(64)}`,
      platforms: {},
      read: "2026-11-27",
      from: "docker.io",
    };
    const lock = { [image]: { ...locked, licence: "MIT", source: "https://x.test" } };
    expect(warningOf(knownLevel(chart(), [image], lock))).toContain("made here");
    const library = join(folder, "app", "templates", "_front.tpl");
    const before = readFileSync(library, "utf8");
    writeFileSync(library, `${before}\n`);
    expect(warningOf(knownLevel(chart(), [image]))).toContain("the chart has changed");
    writeFileSync(library, before);
    expect(warningOf(knownLevel(chart(), [image]))).toBeUndefined();
  });
});
