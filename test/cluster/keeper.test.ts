import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { KeeperStatus } from "../../components/recovery/keeper/settings.ts";
import { complaints } from "../../components/recovery/keeper/status.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { CopiedTown } from "./keeper/town.ts";

const town = new CopiedTown(openCluster(inject("cluster")));
const keeper = `${town.guest}-database-keeper`;

beforeAll(async () => {
  await town.begin();
  await town.sql(
    "CREATE TABLE minutes (n serial PRIMARY KEY, at timestamptz DEFAULT clock_timestamp(), text text)",
  );
});

afterAll(async () => {
  await town.end();
});

/** All that is written until now is in the vault. */
async function confirmed(seconds?: number): Promise<KeeperStatus> {
  await town.sql("INSERT INTO minutes (text) VALUES ('after')");
  const now = await town.sql("SELECT clock_timestamp()");
  return town.until(
    ({ shipped }) => shipped !== undefined && Date.parse(shipped.until) >= Date.parse(now),
    seconds,
  );
}

const gapsOf = ({ gaps }: KeeperStatus) => gaps.filter(({ from }) => from !== undefined);

describe("a server beside its keeper", () => {
  test("is in the vault: a whole copy, a dump with its tables, and the log after it", async () => {
    const status = await confirmed(240);
    expect(status.base).toBeDefined();
    expect(gapsOf(status)).toEqual([]);
    const dumped = await town.until(({ dumps }) => dumps.length > 0);
    expect(dumped.dumps).toMatchObject([{ database: "nextcloud", tables: expect.any(Number) }]);
    expect(complaints(dumped, new Date())).toEqual([]);
  });

  test("loses no more than was promised while rows are written", async () => {
    const end = Date.now() + 60_000;
    const lost: number[] = [];
    while (Date.now() < end) {
      await town.sql("INSERT INTO minutes (text) SELECT md5(n::text) FROM generate_series(1, 50) n");
      const status = await town.status();
      const now = Date.parse(await town.sql("SELECT clock_timestamp()"));
      if (status?.shipped) lost.push((now - Date.parse(status.shipped.until)) / 1000);
      await sleep(500);
    }
    const most = Math.max(...lost);
    console.log(
      `At any of ${lost.length} moments within a minute of writing, at most ${most.toFixed(1)} s would have been lost.`,
    );
    expect(most).toBeLessThan(60);
  });

  test.each([
    ["the server", () => ["-n", `${town.guest}-database`, "delete", "pod", "database-0"]],
    ["the keeper", () => ["-n", keeper, "delete", "pod", "keeper-0"]],
    ["the vault", () => ["-n", town.vaultNamespace, "delete", "pod", "--all"]],
  ])("goes on without a gap after %s was killed", async (_, words) => {
    await town.sql("INSERT INTO minutes (text) SELECT md5(n::text) FROM generate_series(1, 2000) n");
    await town.kubectl(...words(), "--force", "--grace-period=0");
    await expect.poll(() => town.sql("SELECT 1").catch(() => ""), { timeout: 120_000 }).toBe("1");
    expect(gapsOf(await confirmed())).toEqual([]);
  });

  test("is behind while no vault answers, says so, and has caught up once it does", async () => {
    const scale = (replicas: number) =>
      town.kubectl("-n", town.vaultNamespace, "scale", "deployment", "--all", `--replicas=${replicas}`);
    await scale(0);
    await town.sql("INSERT INTO minutes (text) SELECT md5(n::text) FROM generate_series(1, 2000) n");
    const behind = await town.until(({ failures }) => failures.some(({ task }) => task === "ship"));
    expect(complaints(behind, new Date()).join()).toContain("does not answer");
    await scale(1);
    expect(gapsOf(await confirmed())).toEqual([]);
    await town.until((status) => complaints(status, new Date()).length === 0);
  });

  test("goes back to the moment before a table was dropped, with one restart, and is put back as it was", async () => {
    const contents = "SELECT count(*), md5(string_agg(n || text, ',' ORDER BY n)) FROM minutes";
    const before = await town.sql(contents);
    const at = await town.sql(
      `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\\"T\\"HH24:MI:SS.US\\"Z\\"')`,
    );
    await town.sql("DROP TABLE minutes; CREATE TABLE minutes (n serial, text text)");
    await confirmed();
    const after = await town.sql(contents);
    const restoreFrom = { vault: town.host, at };
    const started = Date.now();
    town.declare({ restoreFrom });
    await town.up();
    console.log(`Back at ${at} after ${Math.round((Date.now() - started) / 1000)} s of up.`);
    expect(await town.sql(contents)).toBe(before);
    const again = await town.until((status) => gapsOf(status).some(({ to }) => to !== undefined));
    expect(gapsOf(again)).toMatchObject([{ reason: "the server was restored" }]);
    await town.sql("INSERT INTO minutes (text) VALUES ('after the restore')");
    const later = await town.sql(contents);
    // It is done once.
    await town.up();
    expect(await town.sql(contents)).toBe(later);
    town.declare({ restoreFrom: { ...restoreFrom, undo: true } });
    await town.up();
    expect(await town.sql(contents)).toBe(after);
    expect(await town.shell("ls /var/lib/postgresql/data")).toContain(
      `pgdata-after-${at.replaceAll(":", "")}`,
    );
    await town.sql("CREATE TABLE IF NOT EXISTS padding (text text)");
    const back = await town.until(
      (status) => gapsOf(status).length === 2 && gapsOf(status).every(({ to }) => to !== undefined),
    );
    expect(gapsOf(back)[1]?.reason).toBe("the server was restored");
  });

  test("keeps no more of its log than a quarter of its volume: a keeper that was away longer says the gap, and begins again", async () => {
    const replicas = (count: number) =>
      town.kubectl("-n", keeper, "scale", "statefulset", "keeper", `--replicas=${count}`);
    const before = gapsOf(await confirmed()).length;
    await replicas(0);
    await town.kubectl("-n", keeper, "wait", "--for=delete", "pod/keeper-0", "--timeout=60s");
    await town.sql("CREATE TABLE IF NOT EXISTS padding (text text)");
    for (let part = 0; part < 6; part += 1) {
      await town.sql(
        "INSERT INTO padding SELECT repeat(md5(random()::text), 60) FROM generate_series(1, 32000)",
      );
      await town.sql("TRUNCATE padding");
      await town.sql("CHECKPOINT");
    }
    const slot = await town.sql("SELECT wal_status FROM pg_replication_slots");
    expect(slot).toBe("lost");
    const used = Number(await town.shell("du -sm /var/lib/postgresql/data/pgdata/pg_wal | cut -f 1"));
    console.log(`The server kept ${used} MiB of its log for a keeper that was away.`);
    expect(used).toBeLessThan(700);
    await replicas(1);
    const again = await town.until(
      (status) => gapsOf(status).length > before && gapsOf(status).every(({ to }) => to !== undefined),
    );
    expect(gapsOf(again).at(-1)).toMatchObject({ reason: expect.stringContaining("kept its log") });
    expect(gapsOf(await confirmed())).toHaveLength(before + 1);
  });
});
