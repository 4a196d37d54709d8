import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, type TestContext, test, vi } from "vitest";
import { fillScript, releaseScript } from "../../components/platform/database/moment-fill.ts";
import type { DumpedMoment } from "../../components/recovery/database-restore/settings.ts";
import type { KeeperStatus } from "../../components/recovery/keeper/settings.ts";
import { readTags, spansOf } from "../../components/recovery/keeper/shipment.ts";
import { complaints } from "../../components/recovery/keeper/status.ts";
import { keeperCampaign } from "../campaigns/keeper.ts";
import { grabbing } from "../components/platform/database-jobs.ts";
import { Site, type SiteOptions } from "./keeper/site.ts";

type Ends = TestContext["onTestFinished"];

/** The keeper's own program beside a real PostgreSQL, a vault's own process and the restic of the image. */
async function begin(onTestFinished: Ends, options: SiteOptions = {}): Promise<Site> {
  const site = await Site.start(options);
  onTestFinished(() => site.end(), 60_000);
  await site.until("shipped", ({ shipped, dumps }) => shipped !== undefined && dumps.length > 0);
  return site;
}

const write = (site: Site, count: number) =>
  site.sql(
    `INSERT INTO minutes (n, text) SELECT coalesce((SELECT max(n) FROM minutes), 0) + n, md5(n::text)
              FROM generate_series(1, ${count}) n`,
    "town",
  );
const contents = "SELECT count(*), md5(string_agg(n || text, ',' ORDER BY n)) FROM minutes";
const now = (site: Site) =>
  site.sql(`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`);

/** All that is written until now is in the vault. */
async function confirmed(site: Site, seconds?: number): Promise<KeeperStatus> {
  await write(site, 1);
  const at = Date.parse(await now(site));
  return site.until("in the vault", ({ shipped }) => Date.parse(shipped?.until ?? "") >= at, seconds);
}

const gapsOf = ({ gaps }: Pick<KeeperStatus, "gaps">) => gaps.filter(({ from }) => from !== undefined);

// Each has a site of its own, and waits for it most of the time: some go on beside each other.
describe("a keeper beside a server", () => {
  test.concurrent("brings a server back to a second before a table was dropped, from the vault alone", async ({
    onTestFinished,
  }) => {
    const site = await begin(onTestFinished);
    await write(site, 1000);
    const before = await site.sql(contents, "town");
    await sleep(50);
    const at = await now(site);
    await sleep(50);
    await site.sql(
      "DROP TABLE minutes; CREATE TABLE minutes (n bigint, text text); INSERT INTO minutes VALUES (1, 'wrong')",
      "town",
    );
    const status = await confirmed(site);
    expect(complaints(status, new Date())).toEqual([]);
    expect(status.dumps).toMatchObject([{ database: "town", tables: 1 }]);
    const found = JSON.parse(
      await site.restores.restic(status.shipped?.generation ?? "", "snapshots", "--json"),
    ) as {
      id: string;
      tags: string[];
    }[];
    const shipments = found.flatMap(({ id, tags }) => {
      const shipment = readTags(tags);
      return shipment ? [{ ...shipment, snapshot: id, generation: "" }] : [];
    });
    expect(spansOf(shipments)).toHaveLength(1);
    const { code, said, volume } = await site.restores.to(at);
    expect([code, said]).toEqual([0, expect.any(String)]);
    expect(await site.database.askRestored(volume, contents)).toBe(before);
    expect(await site.database.askRestored(volume, "SELECT count(*) FROM pg_replication_slots")).toBe("0");
    expect((await site.restores.to(at)).said).toContain('"already":true');
  });

  test.concurrent("brings several databases out of a server at a moment that it chooses after another one, as a drill does", async ({
    onTestFinished,
  }) => {
    const site = await begin(onTestFinished);
    const empty = await site.restores.to({ after: await now(site) }, "nowhere");
    expect(empty).toMatchObject({
      code: 1,
      said: expect.stringContaining("there was no database nowhere at"),
    });
    await site.sql(
      "CREATE ROLE town LOGIN; ALTER DATABASE town OWNER TO town; ALTER TABLE minutes OWNER TO town",
      "town",
    );
    await write(site, 100);
    // Rows that are committed alone, for as long as the log is shipped, however long that takes.
    const beating = site.sql(
      `SET ROLE town; CREATE TABLE beats (at timestamptz);
       DO $$ BEGIN WHILE to_regclass('enough') IS NULL
         LOOP INSERT INTO beats VALUES (clock_timestamp()); COMMIT; PERFORM pg_sleep(0.02); END LOOP; END $$`,
      "town",
    );
    const beats = async (database: string, where: string) =>
      Number(await site.sql(`SELECT count(*) FROM beats WHERE at ${where}`, database));
    const haveBegun = async () => expect(await beats("town", "IS NOT NULL")).toBeGreaterThan(5);
    await vi.waitFor(haveBegun, { timeout: 30_000 });
    const after = await now(site);
    await confirmed(site);
    await site.sql("CREATE TABLE enough ()", "town");
    await beating;
    const { code, said, volume } = await site.restores.to({ after }, "town", "postgres");
    expect([code, said]).toEqual([0, expect.any(String)]);
    const { moment, databases } = JSON.parse(said.trim().split("\n").at(-1) ?? "") as DumpedMoment;
    expect([moment > after, moment < (await now(site))]).toEqual([true, true]);
    await site.sql(
      'CREATE ROLE "town-point-after" LOGIN; CREATE DATABASE "town-point-after" OWNER "town-point-after"',
    );
    await site.database.runs(fillScript(), volume, "town", "after");
    const before = await beats("town", `<= '${moment}'`);
    expect(before).toBeGreaterThan(5);
    expect(await beats("town", "IS NOT NULL")).toBeGreaterThan(before + 5);
    expect(await beats("town-point-after", `<= '${moment}'`)).toBeGreaterThanOrEqual(before - 1);
    expect(await beats("town-point-after", `> '${moment}'`)).toBe(0);
    const rows = Number(
      await site.sql("SELECT (SELECT count(*) FROM minutes) + count(*) FROM beats", "town-point-after"),
    );
    expect(databases).toEqual([
      { database: "town", tables: 2, rows },
      { database: "postgres", tables: 0, rows: 0 },
    ]);
  });

  test.concurrent("brings one database out of a server as it was a second before a wrong command, counted, and nothing else of it", async ({
    onTestFinished,
  }) => {
    const site = await begin(onTestFinished);
    const grabbed = join(site.folder, "sockets", "grabbed");
    // Who looks at that table as a superuser runs a program of the town's.
    await site.sql(
      `CREATE ROLE town LOGIN; ALTER DATABASE town OWNER TO town; ALTER TABLE minutes OWNER TO town; SET ROLE town;
       ${grabbing(`COPY (SELECT 1) TO PROGRAM 'touch ${grabbed}'`)}
       CREATE TABLE looked (n int); CREATE INDEX ON looked (n) WHERE public.grabs(1) = n`,
      "town",
    );
    await write(site, 1000);
    const before = await site.sql(contents, "town");
    await sleep(50);
    const at = await now(site);
    await sleep(50);
    await site.sql("DELETE FROM minutes WHERE n > 400; CREATE TABLE wrong (n int)", "town");
    await confirmed(site);
    const after = await site.sql(contents, "town");
    const moment = at.replaceAll(":", "");
    const { code, said, volume } = await site.restores.to(at, "town");
    expect([code, said]).toEqual([0, expect.any(String)]);
    expect([readdirSync(volume), existsSync(grabbed)]).toEqual([["moments"], false]);
    expect((await site.restores.to(at, "town")).said).toContain('"already":true');
    expect((await site.restores.to(at, "village")).said).toContain(`there was no database village at ${at}`);
    // As the superuser's Job makes it.
    const beside = `town-point-${moment}`;
    await site.sql(`CREATE ROLE "${beside}" LOGIN;\nCREATE DATABASE "${beside}" OWNER "${beside}"`);
    expect(await site.database.runs(fillScript(), volume, "town", moment)).toBe("public.minutes\t1000\t401");
    expect(await site.sql(contents, beside)).toBe(before);
    const owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'";
    expect(await site.sql(owners, beside)).toBe(beside);
    expect(await site.sql(contents, "town")).toBe(after);
    await site.database.runs(releaseScript(), volume, "town", moment);
    expect(readdirSync(join(volume, "moments"))).toEqual([]);
  });

  test.concurrent("dumps no database that restore points dump, and those alone", async ({
    onTestFinished,
  }) => {
    const site = await Site.start({ dumpedByPoints: ["town"] });
    onTestFinished(() => site.end(), 60_000);
    await site.until("shipped", ({ shipped }) => shipped !== undefined);
    await site.sql("CREATE DATABASE village");
    await site.sql("CREATE TABLE barns (n int)", "village");
    // It is dumped with the next whole copy: a keeper without one takes it at once.
    await site.keeper.kill();
    await site.sql("SELECT pg_terminate_backend(active_pid), pg_sleep(1) FROM pg_replication_slots");
    await site.receiver.kill();
    await site.sql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
    site.receiver.start();
    site.keeper.start();
    // A try that fails, as before the receiver has made its slot again, is followed by another one a minute later.
    const { dumps } = await site.until("dumped", (status) => status.dumps.length > 0, 120);
    expect(dumps).toMatchObject([{ database: "village", tables: 1 }]);
  });

  test.concurrent("ships nothing any more when another site has taken the commune over, and says so", async ({
    onTestFinished,
  }) => {
    const site = await begin(onTestFinished);
    await confirmed(site);
    await site.store.isReplacedBy(2);
    const status = await site.until("replaced", ({ failures }) =>
      failures.some(({ task }) => task === "site"),
    );
    expect(status.failures).toMatchObject([
      { message: expect.stringContaining("another site took its place") },
    ]);
    await write(site, 10);
    // What it refuses is counted in each of its turns: the second from now on began after all was written.
    const turns = ({ failures }: KeeperStatus) => failures.find(({ task }) => task === "site")?.times ?? 0;
    const until = turns(status) + 3;
    const later = await site.until("turns later", (told) => turns(told) >= until);
    expect(later.shipped?.sequence).toBe(status.shipped?.sequence);
    // The vault refuses it too: here it is not even tried.
    expect(later.failures.map(({ task }) => task)).toEqual(["site"]);
  });

  test.concurrent("refuses a moment that no copy reaches, says which ones there are, and leaves nothing; and a log that ends early", async ({
    onTestFinished,
  }) => {
    const site = await begin(onTestFinished);
    const { shipped: before } = await confirmed(site);
    await write(site, 1000);
    const at = await now(site);
    await site.restores.shipDamaged(await confirmed(site), before?.end ?? "");
    const early = await site.restores.to(at);
    expect([early.code, early.said]).toEqual([
      1,
      expect.stringContaining("the log of shipment 1 is not whole"),
    ]);
    expect(existsSync(join(early.volume, "restored", `${at.replaceAll(":", "")}.ready`))).toBe(false);
    const { code, said, volume } = await site.restores.to("2020-01-01T00:00:00Z");
    expect(code).toBe(1);
    expect(said).toMatch(
      /cannot bring database back to 2020-01-01T00:00:00Z. It can to: nothing before. There are copies of: 2\d{3}-/,
    );
    expect(existsSync(join(volume, "pgdata.restore"))).toBe(false);
  });
});

describe("a keeper to whose server something happens", () => {
  test.concurrent("takes a new base and says the gap where the server could not keep its log any longer, whose disk it does not fill", async ({
    onTestFinished,
  }) => {
    const site = await begin(onTestFinished, {
      server: ["max_slot_wal_keep_size=64MB", "max_wal_size=64MB", "min_wal_size=32MB"],
    });
    const { shipped } = await confirmed(site);
    await site.receiver.kill();
    await site.keeper.kill();
    await site.sql("CREATE TABLE padding (text text)", "town");
    for (let part = 0; part < 4; part += 1) {
      await site.sql(
        "INSERT INTO padding SELECT repeat(md5(random()::text), 60) FROM generate_series(1, 20000); CHECKPOINT",
        "town",
      );
    }
    expect(await site.sql("SELECT wal_status FROM pg_replication_slots")).toBe("lost");
    const kept = await site.sql("SELECT sum(size) / 1024 / 1024 FROM pg_ls_waldir()");
    expect(Number(kept)).toBeLessThan(200);
    site.receiver.start();
    site.keeper.start();
    const again = await site.until("gap ended", (status) =>
      gapsOf(status).some(({ to }) => to !== undefined),
    );
    expect(gapsOf(again)).toMatchObject([
      { from: shipped?.until, reason: expect.stringContaining("kept its log") },
    ]);
    await confirmed(site);
    const at = await now(site);
    const rows = await site.sql(contents, "town");
    await confirmed(site);
    const { code, said, volume } = await site.restores.to(at);
    expect([code, said]).toEqual([0, expect.any(String)]);
    expect(await site.database.askRestored(volume, contents)).toBe(rows);
  });

  test.concurrent("says a server's clock that was set back, and both moments of the hour that came twice are whole", async ({
    onTestFinished,
  }) => {
    const site = await begin(onTestFinished, { clocks: true });
    await write(site, 500);
    const first = { rows: await site.sql(contents, "town"), at: await now(site) };
    await confirmed(site);
    // A vault and a keeper that are wrong change nothing of it.
    site.clocks.set("vault", 7200);
    site.clocks.set("keeper", -5 * 3600);
    await site.until("told", (status) => complaints(status, new Date()).join().includes("25200 s ahead"));
    site.clocks.set("server", -3600);
    const gap = (
      await site.until("begun again", ({ gaps }) => gapsOf({ gaps }).some(({ to }) => to))
    ).gaps.at(-1);
    expect(gap).toMatchObject({ reason: "the server's clock was set back" });
    expect(Date.parse(gap?.to ?? "")).toBeLessThan(Date.parse(gap?.from ?? "") - 3_500_000);
    await write(site, 500);
    const second = { rows: await site.sql(contents, "town"), at: await now(site) };
    const { shipped } = await confirmed(site);
    expect(Date.parse(shipped?.until ?? "")).toBeLessThan(Date.parse(first.at));
    for (const { at, rows } of [second, first]) {
      const { code, said, volume } = await site.restores.to(at);
      expect([code, said]).toEqual([0, expect.any(String)]);
      expect(await site.database.askRestored(volume, contents)).toBe(rows);
    }
  });

  test.concurrent("lets a spool that fills up while no vault answers be no end of the server, and has all of it afterwards", async ({
    onTestFinished,
  }) => {
    const site = await begin(onTestFinished, { spoolBytes: 96 * 1024 * 1024 });
    await confirmed(site);
    await site.vault.kill();
    await site.sql("CREATE TABLE padding (text text)", "town");
    for (let part = 0; part < 3; part += 1) {
      await site.sql(
        "INSERT INTO padding SELECT repeat(md5(random()::text), 60) FROM generate_series(1, 20000)",
        "town",
      );
      await sleep(2500);
    }
    const held = await site.until("held", ({ spool }) => spool.isHeld);
    expect(complaints(held, new Date()).join()).toContain("the spool is full");
    expect(held.spool.usedBytes).toBeLessThan(2 * held.spool.limitBytes);
    await write(site, 1000);
    const rows = await site.sql(contents, "town");
    const at = await now(site);
    site.vault.start();
    const after = await confirmed(site, 90);
    expect(after.spool.isHeld).toBe(false);
    expect(gapsOf(after)).toEqual([]);
    const { code, said, volume } = await site.restores.to(at);
    expect([code, said]).toEqual([0, expect.any(String)]);
    expect(await site.database.askRestored(volume, contents)).toBe(rows);
  });

  test.concurrent("goes on where the server is on another timeline, without a gap, and both sides of it come back", async ({
    onTestFinished,
  }) => {
    const site = await begin(onTestFinished);
    const first = { rows: await site.sql(contents, "town"), at: await now(site) };
    const { base } = await confirmed(site);
    await site.server.kill("SIGINT");
    await site.database.promote();
    site.server.start();
    await site.database.answers();
    await write(site, 500);
    const second = { rows: await site.sql(contents, "town"), at: await now(site) };
    const status = await confirmed(site, 120);
    expect([status.base, gapsOf(status)]).toEqual([base, []]);
    for (const { at, rows } of [second, first]) {
      const { code, said, volume } = await site.restores.to(at);
      expect([code, said]).toEqual([0, expect.any(String)]);
      expect(await site.database.askRestored(volume, contents)).toBe(rows);
    }
  });
});

test("no gap comes of it when the server, the vault or the keeper is killed or cut off, and rows come back as they were", async () => {
  const came = await keeperCampaign({ seed: 20261126, times: 1, restores: 2 });
  const each = { server: 1, vault: 1, receiver: 1, keeper: 1 };
  expect(came).toMatchObject({ kills: each, cuts: each, gaps: 0, restores: 2, different: 0 });
});
