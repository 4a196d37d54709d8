import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { publicLogOf } from "../../audit/approval/public-log.ts";
import { drillsOf, drillText, lastPassed } from "../../audit/drills/drills.ts";
import { type DrillResult, judgeDrills, readDrills, recordDrill } from "../../audit/drills/log.ts";
import { descriptorSchemaOf } from "../../components/federation/descriptor.ts";
import { toldLogSchema } from "../../components/federation/told-log.ts";
import { toldLogPage } from "../../components/federation/told-log-page.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { serviceNames } from "../../components/services/index.ts";

const key = Buffer.alloc(32, 3);
const publicKey = publicKeyOf(key);
const [first = "", second = ""] = serviceNames;

/** Result of a drill of two services. */
function result(day: string, more: Partial<DrillResult> = {}): DrillResult {
  const service = (name: string) => ({
    ...{ service: name, version: "1.2.3", point: `${day}T02:10:00Z-000007`, lostSeconds: 3000 },
    ...{ files: 1200, bytes: 5_000_000, tables: 40, rows: 61_000, status: 200 },
  });
  return {
    ...{ stack: "bron", at: `${day}T03:04:00.000Z`, began: `${day}T03:00:00.000Z`, outcome: "passed" },
    ...{ cluster: "6bb8e022-fc4b-4f30-a95f-92a9d8e11023", besideLive: false },
    services: [service(first), service(second)],
    ...{ rpoSeconds: 3000, rtoSeconds: 221.4 },
    steps: [
      { step: "vaults", seconds: 1.5 },
      { step: "bring", service: first, seconds: 20 },
    ],
    ...{ problems: [], left: [], toolkit: "0.1.0" },
    ...more,
  };
}

const { rtoSeconds: _, ...withoutEnd } = result("2026-11-20");
const failed: DrillResult = { ...withoutEnd, outcome: "failed", problems: ["it was interrupted"] };

let stacks: string;
const file = () => join(stacks, "bron", "drills.jsonl");
beforeEach(() => {
  stacks = mkdtempSync(join(tmpdir(), "drills-"));
  mkdirSync(join(stacks, "bron"));
});
afterEach(() => rmSync(stacks, { recursive: true }));

const judged = (known: string | undefined = publicKey) =>
  judgeDrills(readDrills(stacks, "bron"), { stack: "bron", publicKey: known }).map(
    ({ problems }) => problems,
  );

describe("a log of drills", () => {
  beforeEach(() => {
    for (const day of ["2026-10-01", "2026-11-01"]) recordDrill(stacks, result(day), key);
    recordDrill(stacks, failed, key);
  });

  test("holds as it was written, failed ones too", () => {
    expect(judged()).toEqual([[], [], []]);
    const { head, held } = drillsOf(stacks, "bron");
    expect(head).toMatchObject({ count: 3, last: { outcome: "failed", rpoSeconds: 3000 } });
    expect(head?.last).not.toHaveProperty("rtoSeconds");
    expect(lastPassed({ held })?.at).toBe("2026-11-01T03:04:00.000Z");
    expect(held.map((each) => drillText(each, "en")).at(1)).toBe(
      `2026-11-01 03:04  passed  ${first}, ${second}, back in 3 min 41 s, 50 min 0 s would have been lost`,
    );
  });

  test("says which moment of a server came back, from where and how fast, or that none did", () => {
    const moment = { server: "database", databases: [first], tables: 0, rows: 0, seconds: 41.3 };
    const came = { vault: "lyon", at: "2026-11-26T14:31:07.250Z", tables: 40, rows: 61_002 };
    recordDrill(stacks, result("2026-11-26", { moments: [{ ...moment, ...came }] }), key);
    recordDrill(stacks, { ...failed, moments: [{ ...moment, failed: "there is no log" }] }, key);
    expect(judged()).toEqual([[], [], [], [], []]);
    const { held, told } = drillsOf(stacks, "bron");
    const [back, none] = held.slice(-2).map((each) => drillText(each, "en"));
    expect(back).toContain(", database of 2026-11-26 14:31:07 back from lyon in 0 min 41 s");
    expect(none).toContain(", database back to no moment in its log");
    expect(told.slice(0, 2).map(({ momentAt }) => momentAt)).toEqual([undefined, came.at]);
    const log = publicLogOf(stacks, "bron", undefined, told);
    expect(toldLogPage(log, { name: "Bron" }).body.toString()).toContain(
      "à part, telles qu’elles étaient le 26 novembre 2026 à 15:31, entre deux copies",
    );
  });

  test.each([
    [
      "a figure that is bettered",
      (lines: string[]) => [lines[0]?.replace("221.4", "21.4"), lines[1], lines[2]],
      [["its signature does not hold"], [expect.stringContaining("does not follow")], []],
    ],
    [
      "a line that is taken away",
      (lines: string[]) => [lines[0], lines[2]],
      [[], [expect.stringContaining("does not follow")]],
    ],
    [
      "lines that are exchanged",
      (lines: string[]) => [lines[1], lines[0], lines[2]],
      [
        [expect.stringContaining("does not follow")],
        [expect.stringContaining("does not follow")],
        [expect.stringContaining("does not follow")],
      ],
    ],
    [
      "a line of nothing",
      (lines: string[]) => [...lines, "{}"],
      [[], [], [], [expect.stringContaining("cannot be read")]],
    ],
  ])("tells %s", (_, change, expected) => {
    const lines = readFileSync(file(), "utf8").trimEnd().split("\n");
    writeFileSync(file(), `${change(lines).join("\n")}\n`);
    expect(judged()).toEqual(expected);
  });

  test("counts nothing of another's key, where the commune's is known, nor another commune's line", () => {
    rmSync(file());
    recordDrill(stacks, result("2026-11-02"), Buffer.alloc(32, 9));
    expect(judged()).toEqual([[expect.stringContaining(`the key of bron is ${publicKey}`)]]);
    // Nobody here knows the key: the line is held to the one that it names.
    expect(judged("")).not.toEqual([[]]);
    expect(
      judgeDrills(readDrills(stacks, "bron"), { stack: "bron", publicKey: undefined })[0]?.problems,
    ).toEqual([]);
    const member = `  bron: { name: Bron, insee: "69029", domain: bron.test, contact: a@bron.test, publicKey: ${publicKey} }`;
    writeFileSync(join(stacks, "federation.yaml"), `name: Métropole\nmembers:\n${member}\n`);
    expect(drillsOf(stacks, "bron").held).toEqual([]);
    mkdirSync(join(stacks, "lyon"));
    recordDrill(stacks, { ...result("2026-11-02"), stack: "lyon" }, key);
    writeFileSync(file(), "");
    appendFileSync(file(), readFileSync(join(stacks, "lyon", "drills.jsonl")));
    expect(judged()).toEqual([["is of lyon, not of bron"]]);
  });

  test("is in the descriptor, as it may be read there", () => {
    const { head } = drillsOf(stacks, "bron");
    const { drills } = descriptorSchemaOf(["documents"]).shape;
    expect(drills.parse(JSON.parse(JSON.stringify(head)))).toEqual(head);
  });

  test("is on the page of the commune, in plain words, the newest first", () => {
    const log = publicLogOf(stacks, "bron", "2026-11-02", drillsOf(stacks, "bron").told);
    expect(toldLogSchema.parse(JSON.parse(JSON.stringify(log)))).toEqual(log);
    const page = toldLogPage(log, { name: "Bron" }).body.toString();
    expect(page).toContain("ont été essayées le 2 novembre 2026");
    expect(page).toContain("tout est revenu en 4 minutes, et a été compté");
    expect(page).toContain("dans les dernières 50 minutes aurait été perdu");
    expect(page.indexOf("Pas réussi, le 20 novembre")).toBeLessThan(page.indexOf("Réussi, le 1 novembre"));
    expect(page).not.toContain("Aucun exercice");
    expect(page).not.toContain("interrupted");
  });
});

test("without a drill nothing is said to have come back", () => {
  expect(drillsOf(stacks, "bron")).toEqual({ held: [], head: undefined, told: [] });
});
