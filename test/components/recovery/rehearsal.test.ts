import { describe, expect, test } from "vitest";
import { rehearsalGiB } from "../../../components/recovery/keeper/plan.ts";
import {
  lastRehearsals,
  type Rehearsal,
  readRehearsal,
  rehearsalComplaints,
  rehearsalTags,
  turnOf,
} from "../../../components/recovery/rehearsal/rehearsal.ts";

const weekMs = 7 * 24 * 3_600_000;
const began = new Date("2026-11-26T05:00:00Z");
const weekAfter = (weeks: number) => new Date(began.getTime() + weeks * weekMs);

const rehearsal: Rehearsal = {
  ...{ vault: "bron", at: "2026-11-26T05:02:00.000Z", until: "2026-11-26T04:59:30Z", seconds: 61 },
};

describe("what a rehearsal writes down", () => {
  test("is read back, whatever the reason has in it", () => {
    for (const each of [
      rehearsal,
      { ...rehearsal, failed: "tar ended with 1, vault=lyon: é % \n, 🙂 rehearsal" },
    ]) {
      const tags = rehearsalTags(each);
      expect(tags.join("")).not.toContain(",");
      expect(readRehearsal(tags)).toEqual(each);
    }
  });

  test("is none for another snapshot, or for half of one", () => {
    expect(readRehearsal(["wal", "vault=bron", "at=x", "until=y"])).toBeUndefined();
    expect(readRehearsal(["rehearsal", "vault=bron"])).toBeUndefined();
  });

  test("counts by its last one at each vault", () => {
    const later = { ...rehearsal, at: "2026-12-03T05:02:00.000Z", failed: "tar ended with 1" };
    const other = { ...rehearsal, vault: "lyon" };
    expect(lastRehearsals([later, other, rehearsal])).toEqual({ bron: later, lyon: other });
  });
});

describe("the turns of weeks", () => {
  test.each([
    [["bron"], 13],
    [["bron", "lyon"], 7],
    [["bron", "lyon", "caluire"], 5],
  ])("of %j reach each vault and each of the %i parts of what it has", (vaults, parts) => {
    const turns = Array.from({ length: parts * vaults.length }, (_, week) => turnOf(vaults, weekAfter(week)));
    const seen = new Set(turns.map(({ vault, part }) => `${vault} ${part}`));
    expect(seen.size).toBe(parts * vaults.length);
    expect(Math.max(...turns.map(({ part }) => part))).toBe(parts);
  });
});

describe("complaints", () => {
  const of = (last: Record<string, Rehearsal>, weeks: number) =>
    rehearsalComplaints(
      { since: { bron: began.toISOString(), lyon: began.toISOString() }, last },
      ["bron", "lyon"],
      weekAfter(weeks),
    );

  test("there are none while each vault had its turn, or may still have it", () => {
    expect(of({}, 3)).toEqual([]);
    expect(of({ bron: rehearsal, lyon: rehearsal }, 3)).toEqual([]);
  });

  test("there is none of a vault that was declared a moment ago", () => {
    const since = { bron: began.toISOString(), lyon: weekAfter(50).toISOString() };
    const last = { bron: { ...rehearsal, at: weekAfter(49).toISOString() } };
    expect(rehearsalComplaints({ since, last }, ["bron", "lyon"], weekAfter(51))).toEqual([]);
  });

  test("are that a turn did not end, and that a copy did not come back", () => {
    expect(of({ bron: rehearsal }, 4)).toEqual([
      "the copy at bron was not brought back for 22 days: its rehearsals do not end",
      "the copy at lyon was not brought back for 22 days: its rehearsals do not end",
    ]);
    expect(of({ bron: { ...rehearsal, failed: "tar ended with 1" } }, 1)).toEqual([
      "the copy at bron did not come back on 2026-11-26: tar ended with 1",
    ]);
  });
});

test("a server is brought back into a volume of its own size, unless it is another's, has no log, or no room", () => {
  const plan = { rehearsals: "weekly", method: "log", storageGiB: 20 } as const;
  expect(rehearsalGiB(plan)).toBe(20);
  for (const other of [{ rehearsals: "none" }, { method: "dumps" }, { storageGiB: undefined }] as const)
    expect(rehearsalGiB({ ...plan, ...other })).toBeUndefined();
});
