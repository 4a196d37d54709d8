import { expect, test } from "vitest";
import { hostileKinds } from "../../campaigns/hostile-files.ts";
import { hostileFiles } from "../../campaigns/hostile-places.ts";
import { randomOutlines } from "../../campaigns/random-outlines.ts";

test("hostile files of every kind are told what they should be, and no name becomes markup", () => {
  const kinds = hostileFiles({ seed: 69_266, count: 1 });
  expect(kinds.map(({ name, files }) => [name, files])).toEqual(hostileKinds.map(({ name }) => [name, 1]));
});

test("outlines, overlaps and distances are what brute force says", () => {
  const tally = randomOutlines({ seed: 69_266, count: 400 });
  expect(tally.crossed).toBeGreaterThan(80);
  expect(tally.outlines - tally.crossed).toBeGreaterThan(80);
  expect(tally.overlaps).toBeGreaterThan(10);
  expect(tally.outside).toBeGreaterThan(10);
  expect(tally.distances).toBeGreaterThan(20);
  // The check takes off six thousandths for that.
  expect(tally.longest).toBeLessThan(6);
});
