import net from "node:net";
import { expect, it } from "vitest";
import { declarationCampaign } from "../../campaigns/declarations.ts";
import { forbidContact } from "../../campaigns/no-contact.ts";

it("refuses 80 generated bad declarations and accepts 16 good ones, contacting nothing", {
  timeout: 60_000,
}, () => {
  const tally = declarationCampaign({ seed: 69_266, count: 80 });
  expect(tally.refused).toBeGreaterThanOrEqual(80);
  expect(tally.accepted).toBeGreaterThanOrEqual(16);
  expect(Object.keys(tally.byMistake).length).toBeGreaterThan(15);
});

it("would notice a connection", () => {
  const contact = forbidContact();
  try {
    expect(() => net.connect(9, "127.0.0.1")).toThrow("must contact nothing");
    expect(contact.attempts).toEqual(["connect"]);
  } finally {
    contact.restore();
  }
});
