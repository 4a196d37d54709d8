import { describe, expect, test, vi } from "vitest";
import { usageCommand } from "../../../scripts/tenant/usage.ts";
import { tenantTools, told } from "../hosting.ts";
import { type Association, commune, type Town } from "./town.ts";

const mebibyte = 1024 ** 2;

/** Returns what it takes of its plan, as the command says it. */
export const usageOf = async (town: Town, id: Association) =>
  JSON.parse(await told(usageCommand(tenantTools(town.hosting)), [commune, id, "--json"])).usage[id];

/** Tests of what an association takes, measured. */
export function usage(town: Town): void {
  describe("what an association takes", () => {
    test("is measured, of its plan and beside it of a server of its own", async () => {
      // A kubelet tells nothing yet of what has just begun.
      const used = await vi.waitFor(
        async () => {
          const found = await usageOf(town, "chorale");
          expect(found.serverBytes).toBeGreaterThan(10 * mebibyte);
          return found;
        },
        { timeout: 60_000, interval: 2000 },
      );
      const { memoryBytes, serverBytes, files, databases } = used;
      console.log(`A PostgreSQL of an association at rest: ${Math.round(serverBytes / mebibyte)} MiB.`);
      // Two Apaches with PHP, two agendas and four fronts, within a plan of 2 GiB.
      expect(memoryBytes).toBeGreaterThan(20 * mebibyte);
      expect(memoryBytes).toBeLessThan(2048 * mebibyte);
      expect(Object.keys(files)).toEqual(["wordpress", "dokuwiki", "radicale", "mobilizon"]);
      expect(Object.keys(databases).sort()).toEqual(
        (["wordpress", "mobilizon"] as const).map((each) => town.database("chorale", each)).sort(),
      );
      for (const bytes of [...Object.values(files), ...Object.values(databases)])
        expect(bytes).toBeGreaterThan(0);
    });
  });
}
