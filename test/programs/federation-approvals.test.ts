import { describe, expect, test } from "vitest";
import { readLog } from "../../audit/approval/log.ts";
import { witnessProblems } from "../../audit/approval/verify.ts";
import { headOf } from "../../audit/log.ts";
import { lineHash, logSentences } from "../../components/federation/approvals.ts";
import { remember } from "../../components/federation/memory.ts";
import { Metropolis } from "./metropolis.ts";

/** A log of so many lines; `rewritten` from that line on is another one. */
const logOf = (count: number, rewritten = count + 1) =>
  Array.from(
    { length: count },
    (_, index) => `${index + 1 >= rewritten ? "other" : "line"} ${index + 1}\n`,
  ).join("");
const head = (text: string) => headOf(readLog(text));

/** Lyon and Bron, each of which declares the other. */
async function linked(): Promise<Metropolis> {
  const world = new Metropolis(["bron", "lyon"]);
  world.declare("bron", "lyon");
  world.declare("lyon", "bron");
  return world;
}

/** What Lyon tells everybody that it remembers of Bron's log. */
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
    expect(memoryOf(world)).toEqual([head(logOf(5))]);
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
    expect(world.at("lyon").status?.bron?.approvals).toEqual([head(logOf(5))]);
    expect(world.at("lyon").status?.bron?.alarm).toBeUndefined();
  });

  test("is remembered by its five newest heads", () => {
    const heads = Array.from({ length: 9 }, (_, count) => ({
      count: count + 1,
      head: lineHash(String(count)),
    }));
    const memory = heads.reduce(
      (known, one) => remember(known, one, logSentences),
      remember({ heads: [] }, undefined, logSentences),
    );
    expect(memory).toEqual({ heads: heads.slice(-5) });
  });
});
