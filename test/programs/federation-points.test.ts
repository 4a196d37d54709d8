import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PointHeads } from "../../components/federation/points.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { incarnationName } from "../../components/recovery/incarnation.ts";
import { hashOf, pointName, signHead } from "../../components/recovery/points/head.ts";
import { signerOf } from "../../components/recovery/points/signer.ts";
import { accessesWith, type VaultAccess, vaultPassword } from "../../components/recovery/vault/access.ts";
import { OwnPoints } from "../../programs/federation/points.ts";
import { isSettled } from "../../scripts/federation.ts";
import { passOf } from "../components/recovery/passes.ts";
import { Metropolis } from "./metropolis.ts";
import { guestKey, type Open, openVault, quickFolder } from "./vault/vault.ts";

/** The head of a peer's point, or of another one with its number. */
const headOf = (count: number, other = "a") => ({
  count,
  head: `sha256:${other.repeat(58)}${String(count).padStart(6, "0")}`,
});

describe("a peer's restore points", () => {
  /** Lyon and Bron, each of which declares the other. */
  function linked(): Metropolis {
    const world = new Metropolis(["bron", "lyon"]);
    world.declare("bron", "lyon");
    world.declare("lyon", "bron");
    return world;
  }
  /** Returns what Lyon tells everybody that it remembers of Bron's restore points. */
  const memoryOf = (world: Metropolis) =>
    world
      .at("lyon")
      .descriptor.describe(world.now)
      .peers.find(({ id }) => id === "bron")?.points;

  test("are remembered by service and told to everybody, after a new start too", async () => {
    const world = linked();
    for (const count of [1, 2, 2, 5]) {
      world.at("bron").points = { nextcloud: headOf(count), mastodon: headOf(7) };
      await world.round();
    }
    const known = { nextcloud: [1, 2, 5].map((count) => headOf(count)), mastodon: [headOf(7)] };
    expect(memoryOf(world)).toMatchObject(known);
    world.at("lyon").restart();
    await world.round();
    expect(memoryOf(world)).toMatchObject(known);
    expect(isSettled(world.at("lyon").status ?? {})).toBe(true);
  });

  test.each([
    ["that are fewer", { nextcloud: headOf(4) }, "its nextcloud had 5 restore points, and has 4"],
    ["that are others", { nextcloud: headOf(5, "b") }, "restore point 5 of its nextcloud was another one"],
  ])("%s are an alarm until they are as they were", async (_, now, why) => {
    const world = linked();
    world.at("bron").points = { nextcloud: headOf(5) };
    await world.round();
    world.at("bron").points = now;
    await world.round();
    expect(world.at("lyon").log.join("\n")).toContain(`bron: ${why}`);
    expect(isSettled(world.at("lyon").status ?? {})).toBe(false);
    // What was known is the proof, whatever comes after.
    world.at("bron").points = { nextcloud: headOf(9, "b") };
    await world.round();
    expect(memoryOf(world)).toMatchObject({ nextcloud: [headOf(5)] });
    world.at("bron").points = { nextcloud: headOf(5) };
    await world.round();
    expect(isSettled(world.at("lyon").status ?? {})).toBe(true);
  });

  test("of a service that went, or of a site that started again, are remembered without an alarm", async () => {
    const world = linked();
    world.at("bron").points = { nextcloud: headOf(5) };
    await world.round();
    world.at("bron").points = {};
    await world.round();
    expect(memoryOf(world)).toMatchObject({ nextcloud: [headOf(5)] });
    expect(isSettled(world.at("lyon").status ?? {})).toBe(true);
  });
});

describe("a commune's own restore points", () => {
  const owner = { commune: "villeurbanne", service: "nextcloud" };
  const pointsKey = Buffer.alloc(32, 8);
  const vault = { host: "bron", domain: "bron.test", guest: "villeurbanne", address: "vault.bron.test" };
  const settings = { id: "villeurbanne", points: ["nextcloud"] };
  const vaults = accessesWith(guestKey, [vault], passOf({ purpose: "read", keepDays: 0 }));
  let folder: string;
  let bron: Open;
  let written: PointHeads | undefined;
  let saves: number;
  let lines: string[];
  let asked: number;

  beforeEach(async () => {
    folder = mkdtempSync(join(quickFolder, "points-"));
    bron = await openVault(folder);
    [written, saves, lines, asked] = [undefined, 0, [], 0];
  });
  afterEach(async () => {
    await bron.close();
    rmSync(folder, { recursive: true });
  });

  /** A vault at which nothing was ever written. */
  const empty = { address: "https://vault.lyon.test", user: "villeurbanne", password: "x" };

  const started = (
    told: ConstructorParameters<typeof OwnPoints>[0] = settings,
    asks: Readonly<Record<string, VaultAccess>> = vaults,
  ) =>
    new OwnPoints(
      told,
      { vaults: asks, publicKey: publicKeyOf(guestKey) },
      {
        log: (line) => void lines.push(line),
        fetch: (address, init) => {
          asked += 1;
          if (address.startsWith(empty.address)) return Promise.resolve(new Response("[]"));
          return fetch(address.replace(`https://${vault.address}`, bron.url), init);
        },
        objects: {
          pointHeads: async () => written,
          savePointHeads: async (heads) => {
            written = heads;
            saves += 1;
          },
        },
      },
    );

  /** Puts a point into the vault, signed by a key that the commune let sign, or by another commune's. */
  async function taken(sequence: number, signer = guestKey): Promise<string> {
    const stated = { form: 1, ...owner, incarnation: 1, sequence, previous: null } as const;
    const head = signHead(
      { ...stated, takenAt: "2026-11-26T02:10:00Z", manifest: "a".repeat(64) },
      signerOf(signer, owner, pointsKey),
      pointsKey,
    );
    const body = JSON.stringify({ head, sealed: "AAAA" });
    await bron.ask(`/once/${pointName(owner.service, sequence)}`, { method: "POST", body });
    return `sha256:${hashOf(head)}`;
  }

  test("are the newest that a vault gives, which is asked for its names alone while there is none", async () => {
    await taken(1);
    const own = started();
    expect(own.heads).toBeUndefined();
    await own.look();
    expect(own.heads?.nextcloud?.count).toBe(1);
    const head = await taken(2);
    await own.look();
    expect(own.heads).toEqual({ nextcloud: { count: 2, head } });
    const before = asked;
    await own.look();
    expect([saves, asked - before]).toEqual([2, 1]);
    expect(lines).toEqual([]);
  });

  test("are those that the commune signed: what a host makes up is passed over", async () => {
    const head = await taken(3);
    await taken(4, Buffer.alloc(32, 77));
    const own = started();
    await own.look();
    expect(own.heads).toEqual({ nextcloud: { count: 3, head } });
  });

  test("are not one that nothing leads to: who signed it with a stolen key would be the last one for ever", async () => {
    const head = await taken(3);
    await taken(999_999);
    const own = started();
    await own.look();
    expect(own.heads).toEqual({ nextcloud: { count: 3, head } });
  });

  test("stay known when the vault says less, says nothing, and when the program restarts", async () => {
    const own = started();
    await taken(5);
    await own.look();
    await bron.close();
    rmSync(join(folder), { recursive: true });
    folder = mkdtempSync(join(quickFolder, "points-"));
    bron = await openVault(folder);
    await own.look();
    expect(own.heads?.nextcloud?.count).toBe(5);
    await bron.close();
    const again = started();
    await again.look();
    expect(again.heads?.nextcloud?.count).toBe(5);
    await again.look();
    expect(lines).toEqual([expect.stringMatching(/^restore points at bron: .+; asked again$/)]);
    bron = await openVault(folder);
    await again.look();
    expect(lines[1]).toBe("restore points at bron: it answers again");
  });

  test("are known of each vault by itself, and no longer of one that was rolled back", async () => {
    const own = started();
    expect(own.seen).toEqual([]);
    await own.look();
    expect(own.seen).toEqual([{ vault: "bron", answers: true, taken: { nextcloud: undefined } }]);
    await taken(1);
    await own.look();
    const seen = { vault: "bron", taken: { nextcloud: "2026-11-26T02:10:00Z" } };
    expect(own.seen).toEqual([{ ...seen, answers: true }]);
    await bron.close();
    await own.look();
    expect(own.seen).toEqual([{ ...seen, answers: false }]);
    rmSync(join(folder), { recursive: true });
    folder = mkdtempSync(join(quickFolder, "points-"));
    bron = await openVault(folder);
    await own.look();
    expect(own.seen).toEqual([{ vault: "bron", answers: true, taken: { nextcloud: undefined } }]);
  });

  test("say that another site has taken the commune over, as long as each vault that answered says so", async () => {
    const own = started();
    await own.look();
    expect(own.replacedBy).toBeUndefined();
    const password = vaultPassword(guestKey, vault, passOf({ incarnation: 2 }));
    const authorization = `Basic ${Buffer.from(`${vault.guest}:${password}`).toString("base64")}`;
    const path = `/once/${incarnationName(2)}`;
    await bron.ask(path, { method: "POST", body: '{"cluster":"new"}', headers: { authorization } });
    await own.look();
    expect(own.replacedBy).toBe(2);
    const there = started({ ...settings, incarnation: 2 });
    await there.look();
    expect(there.replacedBy).toBeUndefined();
    // A second vault that knows of no other site: one host alone says nothing to people.
    const both = started(settings, { ...vaults, lyon: empty });
    await both.look();
    expect(both.seen).toHaveLength(2);
    expect(both.replacedBy).toBeUndefined();
  });

  test("of a commune without any ask nobody", async () => {
    const own = started({ id: "villeurbanne" });
    await own.look();
    expect([own.heads, asked]).toEqual([undefined, 0]);
  });
});
