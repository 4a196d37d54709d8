import { describe, expect, test } from "vitest";
import { type Acknowledged, longestGapIn, twice } from "../../campaigns/node-loss/acknowledged.ts";

const write = (number: number, node: string, asked: number, at: number): Acknowledged => ({
  ...{ number, node, asked, at },
});

describe("what servers of several nodes acknowledged", () => {
  test.each([
    ["of one server", [write(1, "a", 0, 10), write(2, "a", 5, 15)], 0],
    ["of one after the other", [write(1, "a", 0, 10), write(2, "b", 10, 20)], 0],
    ["of two at once", [write(1, "a", 0, 10), write(2, "b", 9, 20)], 1],
    [
      "of a server that was back while the other still answered",
      [write(1, "b", 5, 30), write(2, "a", 12, 14)],
      1,
    ],
  ])("%s: %#", (_, writes, count) => expect(twice(writes)).toHaveLength(count));

  test("the gap is the longest after the loss, also one that it cut, and one that is not over", () => {
    const at = (...times: number[]) => times.map((time, index) => write(index, "a", time, time));
    // A write that was acknowledged after the fault began, before it was felt, hides no gap.
    expect(longestGapIn(at(900, 1300, 21_000, 21_500), 1000, 60_000)).toBe(38.5);
    expect(longestGapIn(at(900, 1300, 21_000, 59_900), 1000, 60_000)).toBe(38.9);
    expect(longestGapIn(at(900, 16_000, 30_000, 59_900), 1000, 60_000)).toBe(29.9);
    expect(longestGapIn(at(900, 61_000), 1000, 60_000)).toBeUndefined();
  });
});
