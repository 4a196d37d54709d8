import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { hostsOf, newest } from "../../components/recovery/points/chain.ts";
import { workFiles } from "../../components/recovery/points/settings.ts";
import { sample, sampleDays } from "../../components/recovery/vault/sample.ts";
import { readBackAt } from "../../programs/restore-point/proof.ts";
import { bringFiles, releaseFiles } from "../../programs/restore-point/restore.ts";
import { openVaults } from "../../programs/restore-point/vaults.ts";
import { CopiedSite, path } from "./restore-point/site.ts";
import { installRestic } from "./vault/restic.ts";

/** Returns the moment so many days after the quarter's first point. */
const dayAfter = (days: number) =>
  new Date(Date.parse("2026-10-01T02:10:00Z") + days * 24 * 3_600_000).toISOString().replace(".000Z", "Z");

let site: CopiedSite;
beforeAll(installRestic);
beforeEach(async () => {
  site = await CopiedSite.open();
});
afterEach(() => site.close());

describe("a restore point at vaults that fail", () => {
  test("counts at the first vault when the second one is silent, and is brought there later", async () => {
    await expect(site.point(26, { access: site.without("lyon") })).rejects.toThrow(
      /^restore point 2026-11-26T02:10:00Z-000001 is at bron alone\. lyon: /,
    );
    expect((await site.chain()).findings.map(({ kind, host }) => [kind, host])).toEqual([
      ["withheld", "lyon"],
    ]);
    await site.point(27);
    const found = await site.chain();
    expect(found.findings).toEqual([]);
    expect(found.points).toHaveLength(2);
  });

  test("is taken at the second vault when the first one is silent, and is brought there later", async () => {
    await site.point(25);
    await expect(site.point(26, { access: site.without("bron") })).rejects.toThrow(
      /^restore point 2026-11-26T02:10:00Z-000002 is at lyon alone\. bron: /,
    );
    await site.point(27);
    const found = await site.chain();
    expect(found.findings).toEqual([]);
    expect(found.points.map((each) => [each.head.sequence, hostsOf(each)])).toEqual(
      [1, 2, 3].map((sequence) => [sequence, ["bron", "lyon"]]),
    );
  });

  test("goes on from what the second vault knows when the first one has put an older state back, which gets it again", async () => {
    await site.point(26);
    const older = readdirSync(join(site.folder, "bron", ".once"));
    await site.point(27);
    for (const name of readdirSync(join(site.folder, "bron", ".once")))
      if (!older.includes(name)) rmSync(join(site.folder, "bron", ".once", name));
    const { sequence } = await site.point(28);
    expect(sequence).toBe(3);
    expect((await site.chain()).findings).toEqual([]);
  });

  test("of an earlier quarter is at a vault that was added since, and comes back from there alone", async () => {
    await site.pointAt("2026-09-29T02:10:00Z", { vaults: ["bron"] });
    await site.pointAt("2026-10-02T02:10:00Z");
    const found = await site.chain();
    expect(found.findings).toEqual([]);
    expect(found.points.map((each) => hostsOf(each))).toEqual([
      ["bron", "lyon"],
      ["bron", "lyon"],
    ]);
    await bringFiles(1, site.pod({ vaults: ["lyon"] }));
  });

  test("whose pack one vault has lost is whole again there after the next one", async () => {
    await site.point(26);
    site.losePacks("bron");
    await site.point(27);
    expect((await site.chain()).points.map((each) => hostsOf(each))).toEqual([
      ["bron", "lyon"],
      ["bron", "lyon"],
    ]);
    for (const sequence of [1, 2]) await bringFiles(sequence, site.pod({ vaults: ["bron"] }));
  });

  test("is not listed at a vault where it is not whole, so that the alert on a vault without it fires", async () => {
    await site.point(26);
    site.cutPacks("lyon");
    await expect(site.point(27)).rejects.toThrow(
      /-000002 is at bron alone\. lyon: nextcloud\/files-2026q4 at lyon is not whole/,
    );
    const found = await site.chain();
    expect(found.points.map((each) => hostsOf(each))).toEqual([["bron", "lyon"], ["bron"]]);
    expect(found.findings.map(({ kind, host }) => [kind, host])).toEqual([["withheld", "lyon"]]);
  });

  test("is in a fresh generation where every vault has lost a pack: none is deduplicated against nothing", async () => {
    await site.point(26);
    site.losePacks("bron");
    site.losePacks("lyon");
    await site.point(27);
    expect(site.said.join("\n")).toMatch(
      /files-2026q4 at bron is not whole: .*No vault gives what is missing: a fresh generation begins, files-2026-11-27/,
    );
    for (const host of ["bron", "lyon"]) {
      await expect(bringFiles(1, site.pod({ vaults: [host] }))).rejects.toThrow("no vault gives it");
      await bringFiles(2, site.pod({ vaults: [host] }));
      releaseFiles(2, site.pod());
    }
    await site.point(28);
    const { repositories } = site.opened(newest(await site.chain()));
    expect(Object.keys(repositories)).toEqual(["nextcloud/files-2026-11-27"]);
  });

  test.each(["bron", "lyon"] as const)(
    "is whole again at %s where packs changed and kept their size, on the day on which they are read",
    async (host) => {
      await site.pointAt("2026-10-01T02:10:00Z");
      expect(site.spoilPacks(host)).toBeGreaterThan(2);
      // No name and no size says so.
      await site.pointAt("2026-10-02T02:10:00Z");
      for (let day = 2; day <= sampleDays; day += 1) {
        const around = site.pod({ now: () => new Date(dayAfter(day)) });
        const [own, ...others] = [...openVaults(around)].sort((one) => (one.host === host ? -1 : 1));
        if (own === undefined) throw new Error("no vault");
        expect(await readBackAt(own, others, path, around)).toBeUndefined();
      }
      expect(
        site.said.filter((line) => line.includes(`at ${host} had changed, and came again from`)),
      ).not.toEqual([]);
      for (const sequence of [1, 2]) await bringFiles(sequence, site.pod({ vaults: [host] }));
    },
  );

  test("is in a fresh generation where packs changed at the only vault, and the run says which", async () => {
    await site.pointAt("2026-10-01T02:10:00Z", { vaults: ["bron"] });
    site.spoilPacks("bron");
    const [bron] = openVaults(site.pod({ vaults: ["bron"] }));
    if (bron === undefined) throw new Error("no vault");
    let day = 1;
    while ((await sample(bron, path, new Date(dayAfter(day)))).changed.length === 0) day += 1;
    await site.pointAt(dayAfter(day), { vaults: ["bron"] });
    expect(site.said.join("\n")).toMatch(
      /files-2026q4 at bron is not whole: \d+ of the packs read today are not what was brought there \([0-9a-f]{8}.*\), and no other vault gives them\. No vault gives what is missing: a fresh generation begins/,
    );
    await bringFiles(2, site.pod({ vaults: ["bron"] }));
  });

  test("finds no lock of a run that was killed, of which a vault takes no more than a hundred", async () => {
    await site.point(26);
    const script = `set -a; . ./${workFiles.repository}; exec restic backup --quiet --stdin`;
    const killed = execa("bash", ["-euc", script], { cwd: join(site.folder, "work"), reject: false });
    const locks = () => readdirSync(join(site.folder, "bron", path, "locks"));
    await vi.waitFor(() => expect(locks()).toHaveLength(1), { timeout: 60_000, interval: 50 });
    killed.kill("SIGKILL");
    await killed;
    await site.point(27);
    expect(locks()).toEqual([]);
  });
});
