import { expect, test } from "vitest";
import { configurationsCampaign } from "../../campaigns/hotspot-configurations.ts";

test("a point does what its newest configuration says, whatever came before and whoever else sends it one", async () => {
  // A life in which all of it happens.
  const tally = await configurationsCampaign({ seed: 239, count: 1 });
  expect(tally.sequences).toBe(1);
  for (const seen of [
    tally.applied,
    tally.wentBack,
    tally.cut,
    tally.hostile,
    tally.replayed,
    tally.again,
    tally.restarts,
  ]) {
    expect(seen).toBeGreaterThan(0);
  }
}, 300_000);
