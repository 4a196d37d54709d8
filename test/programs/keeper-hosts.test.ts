import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { rehearsalTags } from "../../components/recovery/rehearsal/rehearsal.ts";
import { vaultPassword } from "../../components/recovery/vault/access.ts";
import type { Judge } from "../../components/recovery/vault/copy.ts";
import { type Fetch, OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { ResticJudge } from "../../components/recovery/vault/restic-judge.ts";
import { Copies } from "../../programs/keeper/copies.ts";
import { Held } from "../../programs/keeper/held.ts";
import { SeenRehearsals } from "../../programs/keeper/rehearsals.ts";
import { Repositories } from "../../programs/keeper/repository.ts";
import { passOf } from "../components/recovery/passes.ts";
import { resticOfTheImage } from "./keeper/restic.ts";
import { KeeperTurns } from "./keeper/turns.ts";
import { basic, guestKey, type Open, openVault, quickFolder } from "./vault/vault.ts";

const guest = "villeurbanne";
const garbage = "not of this commune: long enough for restic to try to open it, and not to be able to";
const failing = () => new Response("it failed", { status: 500 });
const never = new Promise<Response>(() => undefined);

/** Seconds that something took. */
async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

const at = (host: string) => ({ host, domain: `${host}.test`, guest });

describe("a keeper, where one host answers what it likes,", () => {
  const hosts = ["bron", "lyon"] as const;
  const said: object[] = [];
  let folder: string;
  let open: Record<(typeof hosts)[number], Open>;

  beforeEach(async () => {
    folder = mkdtempSync(join(quickFolder, "keeper-"));
    for (const name of [...hosts, "begun", "run"]) mkdirSync(join(folder, name));
    open = {
      bron: await openVault(join(folder, "bron")),
      lyon: await openVault(join(folder, "lyon"), at("lyon")),
    };
    said.length = 0;
  });
  afterEach(async () => {
    for (const host of hosts) await open[host].close();
    rmSync(folder, { recursive: true });
  });

  /** The vaults, of which Lyon's host answers what it likes. */
  async function copiesWith(
    lie: (path: string) => Response | Promise<Response> | undefined,
    restic = "/bin/false",
  ) {
    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, "of the repositories");
    const judge = new ResticJudge({ restic, passwordOf: () => ({ RESTIC_PASSWORD_FILE: passwordFile }) });
    const vaults = hosts.map((host) => {
      const address = open[host].url;
      const access = { address, user: guest, password: vaultPassword(guestKey, at(host), passOf()) };
      const asks: Fetch = async (asked, init) =>
        (await (host === "lyon" ? lie(asked.slice(address.length)) : undefined)) ?? fetch(asked, init);
      const vault = new OpenVault(host, access, asks);
      const places = { restic, passwordFile, authorities: undefined, cache: join(folder, "cache") };
      const repositories = new Repositories(
        { ...places, addresses: join(folder, "run"), begun: join(folder, "begun") },
        { open: vault, access },
        { commune: guest, service: "database", bring: (path) => copies.bring(path, vault) },
      );
      return { open: vault, lastDate: () => undefined, repositories };
    });
    const copies: Copies = new Copies(vaults, {
      ...{ service: "database", judge, now: () => new Date("2026-11-26T12:00:00Z") },
      say: (line) => void said.push(line),
    });
    await copies.look();
    return { copies, repositories: vaults[0]?.repositories };
  }

  test.each([
    ["garbage", () => new Response(garbage)],
    ["a failure", failing],
  ])("begins a repository at the other vault, whatever is given of its name: %s", async (_, answer) => {
    const lie = (path: string) => (path.endsWith("/config") ? answer() : undefined);
    const { repositories } = await copiesWith(lie, await resticOfTheImage());
    await repositories?.ensure("wal-2026-11-27");
    const { generations } = await open.bron.vault.status();
    expect(generations.map(({ name }) => name)).toEqual(["database/wal-2026-11-27"]);
    expect(said).toContainEqual(expect.objectContaining({ vault: "lyon", gives: "database/wal-2026-11-27" }));
  });

  test("is not stopped by its word alone that another site took over, and is by that of both", async () => {
    const isTaken = (path: string) =>
      path === "/once/" ? new Response(JSON.stringify(["incarnation-9"])) : undefined;
    const { copies } = await copiesWith(isTaken);
    copies.refuseReplaced(1);
    const authorization = basic(guest, vaultPassword(guestKey, at("bron"), passOf({ incarnation: 2 })));
    await open.bron.ask("/once/incarnation-2", { method: "POST", body: "{}", headers: { authorization } });
    await copies.look();
    expect(() => copies.refuseReplaced(1)).toThrow(
      "every vault that answers knows of incarnation 2 of this commune, and this one is 1: another site took its place",
    );
  });

  test("waits 5 s for one that does not answer, asks it no second time, and counts its answer when it comes", async () => {
    const answers: ((answer: Response) => void)[] = [];
    const hangs = (path: string) =>
      path === "/once/" ? new Promise<Response>((resolve) => answers.push(resolve)) : undefined;
    const { copies } = await copiesWith(hangs);
    const answering = () => copies.answering.map(({ open: { host } }) => host);
    expect(answering()).toEqual(["bron"]);
    expect(copies.status({ wanted: [], shipped: undefined })[1]).toMatchObject({
      ...{ host: "lyon", answers: false, problem: "no answer within 5 s" },
    });
    expect(await secondsOf(() => copies.look())).toBeLessThan(2);
    expect([answering(), answers.length]).toEqual([["bron"], 1]);
    answers[0]?.(new Response("[]"));
    await expect.poll(answering).toEqual(["bron", "lyon"]);
    // One that is slow each time is no silent one: what it answered since the last turn counts in this one.
    await copies.look();
    expect([answering(), answers.length]).toEqual([["bron", "lyon"], 2]);
    await copies.look();
    expect([answering(), answers.length]).toEqual([["bron"], 2]);
  });

  test("knows of rehearsals at the other vault, whether this one gives its own or not", async () => {
    const { copies, repositories } = await copiesWith(
      (path) => (path === "/status" ? never : undefined),
      await resticOfTheImage(),
    );
    const rehearsal = {
      vault: "bron",
      at: "2026-11-25T03:00:00Z",
      until: "2026-11-25T02:59:00Z",
      seconds: 9,
    };
    writeFileSync(join(folder, "rehearsal.json"), "{}");
    const tags = rehearsalTags(rehearsal);
    await repositories?.backUp("base-2026q4", ["rehearsal.json"], { tags, cwd: folder });
    const seen = new SeenRehearsals({
      settings: { isRehearsed: true, server: "database", vaults: hosts },
      ...{ copies, now: () => new Date("2026-11-26T12:00:00Z"), say: (line) => void said.push(line) },
    });
    seen.look(undefined);
    await expect.poll(() => seen.look(undefined)?.last, { timeout: 20_000 }).toEqual({ bron: rehearsal });
  });

  test("writes to the next vault after one did not take something, and comes back to it", async () => {
    const { copies } = await copiesWith(() => undefined);
    expect(copies.writing?.open.host).toBe("bron");
    const refuses = (host: string) =>
      expect(copies.written(host, () => Promise.reject(new Error("full")))).rejects.toThrow("full");
    await refuses("bron");
    expect(copies.writing?.open.host).toBe("lyon");
    await refuses("lyon");
    expect(copies.writing?.open.host).toBe("bron");
    await copies.written("bron", async () => undefined);
    await refuses("lyon");
    expect(copies.writing?.open.host).toBe("bron");
  });
});

test("a vault is told that a copy is complete when it is proved there, and not on another one's word", async () => {
  const folder = mkdtempSync(join(quickFolder, "held-"));
  const bron = await openVault(folder);
  try {
    const access = {
      address: bron.url,
      user: guest,
      password: vaultPassword(guestKey, at("bron"), passOf()),
    };
    const vault = new OpenVault("bron", access, fetch);
    await vault.put("database/base-2026q3/?create=true");
    await vault.put("database/base-2026q3/config", Buffer.from("config"));
    const judge: Judge = {
      open: async () => ({
        ...{ keys: [], packsIn: async () => [], generationIn: async () => undefined },
        close: async () => undefined,
      }),
    };
    const generations = [{ name: "database/base-2026q3", until: "2027-09-30", isComplete: true }];
    const lying = new OpenVault("lyon", access, async (address) =>
      address.endsWith("/status")
        ? new Response(JSON.stringify({ generations, quarantined: [] }))
        : new Response("", { status: 404 }),
    );
    let problem: string | undefined = "pack 1a2b is missing";
    const held = new Held(
      {
        ...{ vault, others: () => [lying], service: "database", judge, say: () => undefined },
        ...{ check: async () => problem, now: () => new Date("2026-11-26T12:00:00Z") },
      },
      { generations: {} },
    );
    const told = async () => {
      held.start({ wanted: [{ generation: "base-2026q3", must: [] }], shipped: undefined });
      await expect.poll(() => held.isWhole("base-2026q3") || held.isDamaged("base-2026q3")).toBe(true);
      return vault.get("database/base-2026q3/complete");
    };
    expect(await told()).toBeUndefined();
    problem = undefined;
    expect(await held.proveNow({ generation: "base-2026q3", must: [] })).toBeUndefined();
  } finally {
    await bron.close();
    rmSync(folder, { recursive: true });
  }
});

describe("a keeper with two vaults", { timeout: 300_000 }, () => {
  let turns: KeeperTurns;
  afterEach(() => turns.end());

  test("copies to the first one while the second fails at all but its names, which is said", async () => {
    turns = await KeeperTurns.start();
    turns.lies.set("lyon", (path) => (path === "/once/" ? undefined : failing()));
    const { base, failures } = await turns.confirmed();
    expect(base?.generation).toBe("base-2026q4");
    expect(JSON.stringify([failures, turns.said])).toContain("the vault at lyon answered 500");
  });

  test("begins no generation because a host lists it, and brings no repository under another name", async () => {
    turns = await KeeperTurns.start();
    await turns.confirmed();
    await turns.proved();
    const before = turns.generations("bron");
    const names = ["base-2026-11-27", "wal-2026-11-20", "dump-2026q4"].map((name) => `database/${name}`);
    turns.lies.set("lyon", (path) => {
      const all = [...before.map((name) => `database/${name}`), ...names];
      if (path === "/status")
        return new Response(
          JSON.stringify({ generations: all.map((name) => ({ name, isComplete: true })), quarantined: [] }),
        );
      const name = names.find((each) => path.startsWith(`/${each}/`));
      return name === undefined ? undefined : path.replace(name, "database/base-2026q4");
    });
    await turns.nextDay();
    for (let count = 0; count < 8; count += 1) {
      await turns.turn();
      await sleep(500);
    }
    expect(turns.generations("bron")).toEqual([...before, "wal-2026-11-27"].sort());
  });

  test("ships after somebody has left a lock that restic cannot read", async () => {
    turns = await KeeperTurns.start(["bron"]);
    await turns.confirmed();
    await turns.lock("bron", "wal-2026-11-26", garbage);
    await turns.confirmed();
    expect(turns.files("bron", "wal-2026-11-26", "locks")).toEqual([]);
  });
});

describe("a keeper, one of whose vaults accepts connections and never answers,", { timeout: 300_000 }, () => {
  let turns: KeeperTurns;
  afterEach(async () => {
    vi.restoreAllMocks();
    await turns.end();
  });

  test.each([
    ["lyon", "bron"],
    ["bron", "lyon"],
  ])("has everything at the other one within seconds, also new days: %s hangs", async (hanging, other) => {
    turns = await KeeperTurns.start();
    await turns.confirmed();
    await turns.proved();
    turns.doors.get(hanging)?.shut();
    const took = [await secondsOf(() => turns.turn())];
    const { shipped } = await turns.confirmed();
    expect(turns.files(other, "wal-2026-11-26", "snapshots")).toContain(shipped?.snapshot);
    turns.now = new Date("2026-11-27T12:00:00Z");
    while (turns.status().shipped?.generation !== "wal-2026-11-27") {
      took.push(await secondsOf(() => turns.turn()));
      await sleep(50);
    }
    // 5 s for its answer and restic's own time, which is longer on a busy machine.
    expect(Math.max(...took)).toBeLessThan(30);
    turns.doors.get(hanging)?.open();
    await turns.proved();
    await turns.same("wal-2026-11-27");
  });

  test("takes its whole copy at the other one where the first hangs in the middle of it", async () => {
    turns = await KeeperTurns.start();
    const hangs = (path: string) => (path.endsWith("/config") ? never : undefined);
    turns.lies.set("bron", hangs);
    await turns.until("begun", () => turns.said.some((line) => "begins" in line));
    turns.lies.set("bron", (path) => (path === "/once/" ? never : (hangs(path) ?? failing())));
    await turns.turn();
    // It is waited for as long as one that is silent: minutes.
    const { now } = performance;
    const later = (ms: number) =>
      vi.spyOn(performance, "now").mockImplementation(() => now.call(performance) + ms);
    later(301_000);
    expect(await secondsOf(() => turns.turn())).toBeLessThan(10);
    later(362_000);
    const { base } = await turns.confirmed();
    expect(turns.files("lyon", "base-2026q4", "snapshots")).toContain(base?.snapshot);
  });

  test("goes on at the other one where the first takes a shipment, and not the word that it is complete", async () => {
    turns = await KeeperTurns.start();
    await turns.confirmed();
    await turns.proved();
    turns.lies.set("bron", (path) => (path.endsWith("/complete") ? failing() : undefined));
    await turns.confirmed();
    const { shipped } = await turns.confirmed();
    expect(turns.said).toContainEqual(expect.objectContaining({ shipped: shipped?.sequence, to: "lyon" }));
  });
});
