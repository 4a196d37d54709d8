import { describe, expect, test } from "vitest";
import { readLog } from "../../audit/approval/log.ts";
import { witnessProblems } from "../../audit/approval/verify.ts";
import { headOf } from "../../audit/log.ts";
import { approvalLog, logLines, saidHead } from "../../components/federation/approvals.ts";
import { type Memory, remember } from "../../components/federation/memory.ts";
import { Metropolis } from "./metropolis.ts";

/** A log of so many lines; `rewritten` from that line on is another one. */
const logOf = (count: number, rewritten = count + 1) =>
  Array.from(
    { length: count },
    (_, index) => `${index + 1 >= rewritten ? "other" : "line"} ${index + 1}\n`,
  ).join("");
const head = (text: string) => headOf(readLog(text));
/** Returns what the stack of a commune with this log tells its reconciler. */
const said = (text: string) => saidHead(logLines(text));
const hour = 3_600_000;
const start = new Date("2026-11-26T10:00:00Z");
const later = (hours: number) => new Date(start.getTime() + hours * hour);
/** Memory of a peer that is asked once for each text, some hours apart; it says nothing of the lines before. */
const memoryAfter = (
  texts: readonly string[],
  hoursApart: number,
  from: Memory = { heads: [] },
  at = start,
) =>
  texts.reduce(
    ([memory, now], text): [Memory, Date] => [
      remember(memory, head(text), approvalLog, now),
      new Date(now.getTime() + hoursApart * hour),
    ],
    [from, at] as [Memory, Date],
  )[0];
const found = (memory: Memory, text: string) =>
  witnessProblems(
    readLog(text),
    memory.heads.map((one) => ({ of: "lyon", ...one })),
  );

/** Lyon and Bron, each of which declares the other. */
async function linked(): Promise<Metropolis> {
  const world = new Metropolis(["bron", "lyon"]);
  world.declare("bron", "lyon");
  world.declare("lyon", "bron");
  return world;
}

/** Returns what Lyon tells everybody that it remembers of Bron's log. */
const memoryOf = (world: Metropolis) =>
  world
    .at("lyon")
    .descriptor.describe(world.now)
    .peers.find(({ id }) => id === "bron")?.approvals;

describe("a peer's log of approvals", () => {
  test("is remembered, told to everybody, and no alarm while it grows", async () => {
    const world = await linked();
    for (const count of [2, 3, 3, 7]) {
      world.at("bron").approvals = head(logOf(count));
      await world.round();
    }
    expect(memoryOf(world)?.map(({ count }) => count)).toEqual([2, 3, 7]);
    expect(world.at("lyon").status?.bron?.alarm).toBeUndefined();
    world.at("lyon").restart();
    await world.round();
    expect(memoryOf(world)).toHaveLength(3);
  });

  test.each([
    ["of which the last line was taken away", head(logOf(4)), "had 5 lines, and has 4"],
    ["of which a line was rewritten", head(logOf(5, 3)), "line 5 of its log of approvals was another one"],
    ["of which nothing is said any more", undefined, "says nothing any more"],
  ])("%s is an alarm, and stays one until it is as it was", async (_, now, why) => {
    const world = await linked();
    world.at("bron").approvals = head(logOf(5));
    await world.round();
    world.at("bron").approvals = now;
    await world.round();
    expect(world.at("lyon").status?.bron?.alarm).toContain(why);
    expect(world.at("lyon").log.join("\n")).toContain(why);
    // Growing past what is remembered is no way out, nor is a new start of the peer's program.
    world.at("bron").approvals = head(logOf(9, 3));
    world.at("lyon").restart();
    await world.round();
    expect(world.at("lyon").status?.bron?.alarm).toBeDefined();
    expect(memoryOf(world)).toMatchObject([head(logOf(5))]);
    world.at("bron").approvals = head(logOf(5));
    await world.round();
    expect(world.at("lyon").status?.bron?.alarm).toBeUndefined();
  });

  test("that is rewritten and grows between two questions is found by whoever has the file", async () => {
    const world = await linked();
    world.at("bron").approvals = head(logOf(5));
    await world.round();
    world.at("bron").approvals = head(logOf(9, 4));
    await world.round();
    const witnesses = (memoryOf(world) ?? []).map((one) => ({ of: "lyon", ...one }));
    expect(witnessProblems(readLog(logOf(9, 4)), witnesses)).toEqual([
      "lyon remembers another line 5: it, or one before it, was rewritten",
    ]);
    expect(witnessProblems(readLog(logOf(9)), witnesses)).toHaveLength(1);
  });

  test("of a peer that is down is what was", async () => {
    const world = await linked();
    world.at("bron").approvals = head(logOf(5));
    await world.round();
    world.at("bron").down = true;
    await world.round();
    expect(world.at("lyon").status?.bron?.approvals).toMatchObject([head(logOf(5))]);
    expect(world.at("lyon").status?.bron?.alarm).toBeUndefined();
  });

  test("that is rewritten and longer is an alarm at the next question, and none once it is as it was and grows", async () => {
    const world = await linked();
    for (const text of [logOf(3), logOf(5), logOf(9, 4)]) {
      world.at("bron").approvals = said(text);
      await world.round();
    }
    const alarm = () => world.at("lyon").status?.bron?.alarm;
    expect(alarm()).toBe("line 5 of its log of approvals was another one");
    // Whatever it grows to.
    for (const count of [10, 11, 12, 13, 14, 15, 80]) {
      world.at("bron").approvals = said(logOf(count, 4));
      await world.round();
      expect(alarm()).toBeDefined();
    }
    expect(memoryOf(world)?.map(({ count }) => count)).toEqual([3, 5]);
    world.at("bron").approvals = said(logOf(8));
    await world.round();
    expect(alarm()).toBeUndefined();
    expect(memoryOf(world)?.map(({ count }) => count)).toEqual([3, 5, 8]);
  });

  test("that grows is no alarm, by one line or by many, over years", () => {
    let [memory, count]: [Memory, number] = [{ heads: [] }, 1];
    for (let day = 0; day < 4000; day += 9, count += day % 7) {
      memory = remember(memory, said(logOf(count)), approvalLog, later(24 * day));
      expect(memory.alarm).toBeUndefined();
      expect(memory.heads.length).toBeLessThanOrEqual(20);
    }
    expect(memory.heads[0]).toMatchObject(head(logOf(1)));
    expect(found(memory, logOf(count))).toEqual([]);
  });

  test("that says its lines no more, or grows beyond what it says of them, is an alarm", () => {
    const known = remember({ heads: [] }, said(logOf(5)), approvalLog, start);
    const silent = remember(known, head(logOf(7, 3)), approvalLog, later(1));
    const why =
      "its log of approvals had 5 lines, and has 7: whether the first 5 are as they were is not said";
    expect(silent).toEqual({ ...known, alarm: why });
    const pumped = remember(known, said(logOf(500, 3)), approvalLog, later(1));
    expect(pumped.alarm).toContain("had 5 lines, and has 500");
    expect(remember(silent, said(logOf(7)), approvalLog, later(2)).alarm).toBeUndefined();
  });

  test("that is rewritten by an older toolkit, or by a liar, is found with the file, however many heads come after", () => {
    const known = memoryAfter([logOf(3), logOf(20), logOf(40)], 15 * 24);
    const rewritten = Array.from({ length: 200 }, (_, index) => logOf(41 + index, 35));
    const flushed = memoryAfter(rewritten, 1 / 60, known, later(31 * 24));
    expect(flushed.heads.length).toBeLessThanOrEqual(20);
    expect(found(flushed, logOf(240, 35))).toEqual([
      "lyon remembers another line 40: it, or one before it, was rewritten",
    ]);
    // The first line that was ever seen stays.
    const years = memoryAfter(rewritten, 24 * 30, flushed, later(32 * 24));
    expect(years.heads[0]).toMatchObject(head(logOf(3)));
    expect(years.heads.length).toBeLessThanOrEqual(20);
    expect(found(years, logOf(240, 2))).toContain(
      "lyon remembers another line 3: it, or one before it, was rewritten",
    );
  });

  test("is remembered with the heads that a reconciler of before had", () => {
    const heads = [3, 4, 5].map((count) => head(logOf(count)));
    const memory = remember({ heads }, said(logOf(6)), approvalLog, start);
    expect(memory.heads.map(({ count }) => count)).toEqual([3, 4, 5, 6]);
    expect(remember({ heads }, said(logOf(6, 4)), approvalLog, start)).toEqual({
      heads,
      alarm: "line 4 of its log of approvals was another one",
    });
  });
});
