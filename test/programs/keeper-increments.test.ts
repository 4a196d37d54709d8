import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { KeeperStatus } from "../../components/recovery/keeper/settings.ts";
import { postgresqlOfTheImage } from "./keeper/postgresql.ts";
import { Site } from "./keeper/site.ts";

const now = (site: Site) =>
  site.sql(`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`);
const contents = "SELECT count(*), md5(string_agg(n || text, ',' ORDER BY n)) FROM minutes";

/** All that is written until now is in the vault. */
async function confirmed(site: Site): Promise<KeeperStatus> {
  await site.sql("INSERT INTO minutes (n) SELECT max(n) + 1 FROM minutes", "town");
  const at = Date.parse(await now(site));
  return site.until("in the vault", ({ shipped }) => Date.parse(shipped?.until ?? "") >= at);
}

/** Has the keeper, with some of its state replaced, take the base of another day, and says how large it is, bytes. */
async function nextBase(site: Site, replaced: { whole?: undefined } = {}): Promise<number> {
  const before = site.status()?.base?.snapshot;
  await site.keeper.kill();
  const file = join(site.folder, "spool", "state.json");
  const state = JSON.parse(readFileSync(file, "utf8")) as { base: { ended: string } };
  const ended = new Date(Date.parse(state.base.ended) - 24 * 3_600_000).toISOString();
  writeFileSync(file, JSON.stringify({ ...state, base: { ...state.base, ended }, ...replaced }));
  site.keeper.start();
  const { base } = await site.until(
    "next base",
    (said) => said.base !== undefined && said.base.snapshot !== before,
  );
  const listed = await site.restores.restic(base?.generation ?? "", "ls", "--json", base?.snapshot ?? "");
  return listed
    .split("\n")
    .reduce((sum, line) => sum + (line === "" ? 0 : ((JSON.parse(line) as { size?: number }).size ?? 0)), 0);
}

test("a server of PostgreSQL 17 is copied by increments, and comes back from the vault alone as it was at moments of each", {
  timeout: 240_000,
}, async ({ onTestFinished }) => {
  const programs = await postgresqlOfTheImage("17");
  const site = await Site.start({ programs, server: ["summarize_wal=on"] });
  onTestFinished(() => site.end(), 60_000);
  // A page is changed by whoever reads its new rows first, too: their hint bits are in the log, because of the checksums.
  await site.sql(
    "INSERT INTO minutes (n, text) SELECT n, repeat(md5(n::text), 20) FROM generate_series(1, 40000) n; VACUUM FREEZE minutes; CHECKPOINT",
    "town",
  );
  await confirmed(site);
  const moments: { at: string; rows: string }[] = [];
  const change = async (from: number) => {
    await site.sql(
      `UPDATE minutes SET text = md5(text) WHERE n BETWEEN ${from} AND ${from + 100}; CHECKPOINT`,
      "town",
    );
    moments.push({ rows: await site.sql(contents, "town"), at: await now(site) });
    await sleep(50);
    await confirmed(site);
  };
  const whole = await nextBase(site, { whole: undefined });
  await change(1000);
  const first = await nextBase(site);
  await change(20_000);
  const second = await nextBase(site);
  await change(30_000);
  expect(whole).toBeGreaterThan(30_000_000);
  expect(Math.max(first, second)).toBeLessThan(whole / 4);
  for (const { at, rows } of moments) {
    const { code, said, volume } = await site.restores.to(at);
    expect([code, said]).toEqual([0, expect.any(String)]);
    expect(await site.database.askRestored(volume, contents)).toBe(rows);
  }
});
