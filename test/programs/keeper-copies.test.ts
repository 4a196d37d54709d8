import { afterEach, describe, expect, test } from "vitest";
import { complaints } from "../../components/recovery/keeper/status.ts";
import { KeeperTurns } from "./keeper/turns.ts";

let turns: KeeperTurns;
afterEach(() => turns.end());

const at = (host: string) => turns.status().vaults.find((vault) => vault.host === host);

describe("a keeper", { timeout: 300_000 }, () => {
  test("a second vault that was silent across the switch of the base has each day's last shipment and the new base", async () => {
    turns = await KeeperTurns.start();
    await turns.confirmed();
    await turns.proved();
    turns.cut.add("lyon");
    const last = await turns.confirmed();
    turns.now = new Date("2026-11-27T12:00:00Z");
    await turns.confirmed();
    await turns.until("a new base", ({ shipped }) => shipped?.generation === "wal-2026-11-27");
    expect(turns.files("lyon", "wal-2026-11-26", "snapshots")).not.toContain(last.shipped?.snapshot);
    turns.cut.delete("lyon");
    for (const generation of ["base-2026q4", "wal-2026-11-26", "wal-2026-11-27"])
      await turns.same(generation);
    expect(turns.files("lyon", "wal-2026-11-26", "snapshots")).toContain(last.shipped?.snapshot);
    await turns.proved();
    // A pass that began before the vault answered is told until the next one has ended.
    await turns.until("well", (status) => complaints(status, turns.now).length === 0);
  });

  test("a pack that a single vault has lost comes back within the hour, and until then that vault confirms nothing", async () => {
    turns = await KeeperTurns.start();
    await turns.confirmed();
    await turns.proved();
    const packs = turns.files("bron", "base-2026q4", "data");
    turns.losePacks("bron", "base-2026q4");
    turns.now = new Date(turns.now.getTime() + 3_600_000);
    const proved = turns.now.toISOString();
    await turns.until("proved again", () => (at("bron")?.proved ?? "") >= proved);
    expect(turns.files("bron", "base-2026q4", "data")).toEqual(packs);
    expect((await turns.confirmed()).base?.generation).toBe("base-2026q4");
  });

  test("where every vault has lost a pack of the base, a fresh generation begins at once, and that is said", async () => {
    turns = await KeeperTurns.start();
    const { base } = await turns.confirmed();
    await turns.proved();
    for (const host of ["bron", "lyon"]) turns.losePacks(host, "base-2026q4");
    turns.now = new Date(turns.now.getTime() + 3_600_000);
    const status = await turns.until("a new base", (said) => said.base?.snapshot !== base?.snapshot);
    expect(status.base?.generation).toBe("base-2026-11-26");
    expect(turns.said).toContainEqual(
      expect.objectContaining({ vault: "bron", damaged: "base-2026q4", begins: "base-2026-11-26" }),
    );
    expect(complaints(await turns.confirmed(), turns.now).join("\n")).toContain(
      "database/base-2026q4 at bron is not whole: pack ",
    );
  });

  test("where the only vault has lost a pack of the log, all of it since the base goes into a fresh generation", async () => {
    turns = await KeeperTurns.start(["bron"]);
    const { base } = await turns.confirmed();
    turns.losePacks("bron", "wal-2026-11-26");
    turns.now = new Date(turns.now.getTime() + 3_600_000);
    await turns.until("known", ({ vaults }) => vaults[0]?.proved === undefined);
    const status = await turns.confirmed();
    expect([status.shipped?.generation, status.base]).toEqual(["wal-2026-11-27", base]);
  });

  test("the only vault is replaced by another one: nothing is confirmed there before a new base is", async () => {
    turns = await KeeperTurns.start(["bron"]);
    const before = await turns.confirmed();
    await turns.use(["lyon"]);
    turns.now = new Date(turns.now.getTime() + 60_000);
    const first = await turns.turn();
    expect(first.confirmed).toBe(before.confirmed);
    const status = await turns.confirmed();
    expect(status.base?.snapshot).not.toBe(before.base?.snapshot);
    expect(turns.files("lyon", "base-2026q4", "snapshots")).toEqual([status.base?.snapshot]);
    expect(complaints(status, turns.now)).toEqual([]);
  });

  test("goes on at the second vault where the first one does not answer, which has all of it afterwards", async () => {
    turns = await KeeperTurns.start();
    const { base } = await turns.confirmed();
    await turns.proved();
    turns.cut.add("bron");
    const away = await turns.confirmed();
    expect(away.base).toEqual(base);
    expect(turns.files("lyon", "wal-2026-11-26", "snapshots")).toContain(away.shipped?.snapshot);
    turns.cut.delete("bron");
    await turns.confirmed();
    await turns.same("wal-2026-11-26");
  });

  test("goes on with its base where another server took over from where the log was, and misses no time", async () => {
    turns = await KeeperTurns.start(["bron"]);
    const { base } = await turns.confirmed();
    turns.failOver();
    const status = await turns.confirmed();
    expect([status.base, status.gaps.filter(({ from }) => from !== undefined)]).toEqual([base, []]);
    expect(turns.said).toContainEqual({ follows: 2, from: "0/10012C" });
  });

  test("takes increments of a whole base of a server that remembers its changes, and a whole one where that is lost or forgotten", async () => {
    turns = await KeeperTurns.start(["bron"]);
    turns.summarizes = true;
    const { base: first } = await turns.confirmed();
    await turns.nextDay();
    expect(turns.bases()).toEqual(["whole", first?.snapshot]);
    // The copy counts only where both are.
    turns.losePacks("bron", "base-2026q4");
    turns.now = new Date(turns.now.getTime() + 3_600_000);
    const { base } = await turns.until("a new base", (said) => said.base?.generation === "base-2026-11-27");
    expect(turns.bases().slice(2)).toEqual(["whole"]);
    turns.forgets = true;
    await turns.nextDay();
    expect(turns.bases().slice(3)).toEqual([base?.snapshot, "whole"]);
  });
});
