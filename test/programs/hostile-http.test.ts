import { expect, test } from "vitest";
import { hostileHttp } from "../campaigns/hostile-http.ts";

const seed = Number(process.env.COMMUNE_SEED ?? Date.now() % 2 ** 31);

test(`a sample of \`npm run campaign hostile-http\`: seed ${seed}`, { timeout: 180_000 }, async () => {
  const seen = await hostileHttp({ seed, count: 40, connections: 700, holdMs: 500 });
  expect(seen.length).toBeGreaterThan(5);
  for (const { statuses, floods } of seen) {
    expect(Object.keys(statuses)).toEqual(expect.arrayContaining(["400"]));
    // Some reach the program: what it answers itself is none of these.
    expect(Object.keys(statuses).some((status) => !["400", "431", "none"].includes(status))).toBe(true);
    expect(floods.length).toBeGreaterThanOrEqual(4);
  }
});
