import { execFileSync } from "node:child_process";
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Site } from "../test/programs/keeper/site.ts";

/**
 * `npm run bench keeper -- --mib 512`: a database server with so much text is killed, and restored from the vault. Beside
 * a keeper that ships every 20 s (`rpo: 1 minute`), with 20 rows a second, each acknowledged; killed at the worst moment, which is just before a shipment; and restored from the
 * vault alone, elsewhere. All are processes of this machine, the way to the vault is plain HTTP, and `fsync` is off.
 */
const { values } = parseArgs({ options: { mib: { type: "string", default: "512" } } });
const mib = Number(values.mib);
const turnSeconds = 20;

const clock = `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Processor time of a process and of the children that it has waited for, seconds. */
function cpuOf(pid: number | undefined): number {
  if (pid === undefined) return 0;
  const text = execFileSync("cat", [`/proc/${pid}/stat`], { encoding: "utf8" });
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0) / 100;
}

const site = await Site.start({ turnSeconds });
try {
  // The whole copy is to have all of it.
  await Promise.all([site.keeper, site.receiver].map((part) => part.kill()));
  await site.sql(
    `CREATE TABLE filler AS SELECT string_agg(md5(random()::text), '') AS text
       FROM generate_series(1, ${mib * 1024 * 32}) n GROUP BY n / 32`,
    "town",
  );
  await site.sql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots; CHECKPOINT");
  for (const part of [site.receiver, site.keeper]) part.start();
  const basing = Date.now();
  await site.until("shipped", ({ shipped, base }) => shipped !== undefined && base !== undefined, 600);
  const baseSeconds = (Date.now() - basing) / 1000;
  await site.until("dumped", ({ dumps }) => dumps.length > 0, 600);
  await sleep(2 * turnSeconds * 1000);
  const sizeMiB = Number(await site.sql("SELECT sum(pg_database_size(oid)) / 1048576 FROM pg_database"));
  const [cpu, started] = [cpuOf(site.keeper.pid), Date.now()];
  const first = site.status()?.shipped?.sequence ?? 0;
  let last = "";
  while (Date.now() - started < 5 * turnSeconds * 1000) {
    await site.sql(
      "INSERT INTO minutes (n, text) SELECT coalesce(max(n), 0) + 1, md5('') FROM minutes",
      "town",
    );
    last = await site.sql(clock);
    await sleep(50);
  }
  const shipments = (site.status()?.shipped?.sequence ?? 0) - first;
  const used = cpuOf(site.keeper.pid) - cpu;
  // Just before the next one.
  const before = site.status()?.shipped?.sequence;
  await site.until("the next shipment", ({ shipped }) => shipped?.sequence !== before, 120);
  const end = Date.now() + (turnSeconds - 1) * 1000;
  while (Date.now() < end) {
    await site.sql(
      "INSERT INTO minutes (n, text) SELECT coalesce(max(n), 0) + 1, md5('') FROM minutes",
      "town",
    );
    last = await site.sql(clock);
    await sleep(50);
  }
  const until = site.status()?.shipped?.until ?? "";
  await Promise.all([site.server, site.receiver, site.keeper].map((part) => part.kill()));
  const lostSeconds = (Date.parse(last) - Date.parse(until)) / 1000;
  const restoring = Date.now();
  const { code, said, volume } = await site.restores.to(until);
  const rtoSeconds = (Date.now() - restoring) / 1000;
  if (code !== 0) throw new Error(said);
  const rows = await site.database.askRestored(volume, "SELECT count(*) = max(n) FROM minutes");
  const times = /"times":(\{[^}]*\})/.exec(said)?.[1] ?? "{}";
  console.log(
    JSON.stringify({
      ...{
        sizeMiB: Math.round(sizeMiB),
        lostSeconds,
        rtoSeconds,
        times: JSON.parse(times),
        isWithoutAGap: rows === "t",
      },
      ...{
        baseSeconds,
        shipments,
        cpuSecondsOfAShipment: Math.round((used / Math.max(1, shipments)) * 100) / 100,
      },
      loadAverage: loadavg().map((load) => Math.round(load)),
    }),
  );
} finally {
  await site.end();
}
