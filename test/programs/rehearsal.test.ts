import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { complaints } from "../../components/recovery/keeper/status.ts";
import { metricsOf } from "../../programs/keeper/metrics.ts";
import { Site } from "./keeper/site.ts";

/** Changes one byte in the middle of every pack of the base copies: their names, sizes and number stay. */
function rot(site: Site): void {
  const service = join(site.folder, "volume", "database");
  for (const generation of readdirSync(service).filter((name) => name.startsWith("base-"))) {
    const shelves = join(service, generation, "data");
    for (const shelf of readdirSync(shelves))
      for (const pack of readdirSync(join(shelves, shelf))) {
        const file = join(shelves, shelf, pack);
        const bytes = readFileSync(file);
        const middle = Math.floor(bytes.length / 2);
        bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
        writeFileSync(file, bytes);
      }
  }
}

/** Has the keeper look at once, as it does every hour, and returns its report. */
async function looked(site: Site, after: string) {
  await site.keeper.kill();
  site.keeper.start();
  return site.until("the rehearsal", ({ rehearsals }) => (rehearsals?.last.bron?.at ?? "") > after);
}

test("a server comes back from the vault alone up to its last change, and what does not is told by its keeper", {
  timeout: 240_000,
}, async ({ onTestFinished }) => {
  const site = await Site.start();
  onTestFinished(() => site.end(), 60_000);
  await site.sql("INSERT INTO minutes (n) SELECT generate_series(1, 5000)", "town");
  const at = Date.parse(await site.sql("SELECT clock_timestamp()"));
  const shipped = await site.until("shipped", (said) => Date.parse(said.shipped?.until ?? "") >= at);
  expect(shipped.rehearsals).toMatchObject({ last: {} });

  const well = await site.restores.rehearse();
  expect(well).toMatchObject({ code: 0, left: [] });
  const good = await looked(site, "");
  expect(good.rehearsals?.last).toEqual({
    bron: { vault: "bron", at: expect.any(String), until: expect.any(String), seconds: expect.any(Number) },
  });
  expect(Date.parse(good.rehearsals?.last.bron?.until ?? "")).toBeGreaterThanOrEqual(at);
  const now = new Date();
  expect(metricsOf(good, now)).toContain('keeper_vault_rehearsal_failed{server="database",vault="bron"} 0');

  // An index that its function has left, as after another version of the C library's collations.
  for (const database of ["postgres", "town"]) {
    await site.sql(
      `CREATE FUNCTION turned(n bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT n';
       CREATE TABLE turns (n bigint); INSERT INTO turns SELECT generate_series(1, 100);
       CREATE INDEX ON turns (turned(n));
       CREATE OR REPLACE FUNCTION turned(n bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT -n'`,
      database,
    );
  }
  const turned = Date.parse(await site.sql("SELECT clock_timestamp()"));
  await site.until("shipped", (said) => Date.parse(said.shipped?.until ?? "") >= turned);
  const damaged = await site.restores.rehearse();
  expect(damaged).toMatchObject({ code: 1, left: [] });
  expect(damaged.said).toMatch(/is damaged: pg_amcheck.*lacks matching index tuple/s);

  await site.sql("DROP TABLE turns; DROP FUNCTION turned");
  await site.sql("DROP TABLE turns; DROP FUNCTION turned", "town");
  rot(site);
  const rotten = await site.restores.rehearse();
  expect(rotten).toMatchObject({ code: 1, left: [] });
  const bad = await looked(site, good.rehearsals?.last.bron?.at ?? "");
  expect(complaints(bad, now).join("\n")).toMatch(
    /^the copy at bron did not come back on \d{4}-\d\d-\d\d: /m,
  );
  expect(metricsOf(bad, now)).toContain('keeper_vault_rehearsal_failed{server="database",vault="bron"} 1');
});
