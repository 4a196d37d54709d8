import { expect, test } from "vitest";
import { radioCampaign } from "../../campaigns/radio.ts";

test("no accepted set exceeds a threshold by brute force, and less power or more distance is never refused", () => {
  const tally = radioCampaign({ seed: 69_266, count: 120 });
  expect(tally.sets).toBe(120);
  expect(tally.refused).toBeGreaterThan(40);
  expect(tally.zones).toBeGreaterThan(150);
  expect(tally.changes).toBeGreaterThan(100);
  expect(tally.moved).toBeGreaterThan(10);
  expect(tally.quietened).toBeGreaterThan(5);
  // The check is on the safe side, and not by much where one point decides.
  expect(tally.margin.least).toBeGreaterThan(0);
  expect(tally.margin.least).toBeLessThan(0.2);
});
