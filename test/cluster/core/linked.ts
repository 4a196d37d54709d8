import { describe, expect, test } from "vitest";
import { readStatus } from "../../../scripts/federation.ts";
import { commune, neighbour } from "./communes.ts";
import type { Core } from "./town.ts";

/** Two communes that declare each other. */
export function linked(core: Core): void {
  describe("two communes that declare each other", () => {
    test("are linked, documents and posts in both directions", async () => {
      const { environment } = core.cluster;
      const states = async () => {
        const sides = await Promise.all(
          [
            [commune, neighbour],
            [neighbour, commune],
          ].map(
            async ([id = "", peer = ""]) =>
              (await readStatus(id, { environment, context: undefined }))[peer]?.services,
          ),
        );
        return sides.map((services) => [services?.documents?.state, services?.microblog?.state]);
      };
      const accepted = ["accepted", "accepted"];
      await expect.poll(states, { timeout: 240_000, interval: 2000 }).toEqual([accepted, accepted]);
    });

    test("change nothing when they are applied again", async () => {
      expect(await core.up()).toEqual({ unchanged: core.resources });
    });
  });
}
