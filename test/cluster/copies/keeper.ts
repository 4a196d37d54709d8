import { beforeAll, describe, expect, test } from "vitest";
import type { KeeperStatus } from "../../../components/recovery/keeper/settings.ts";
import { complaints } from "../../../components/recovery/keeper/status.ts";
import type { Town } from "./town.ts";

const gapsOf = ({ gaps }: KeeperStatus) => gaps.filter(({ from }) => from !== undefined);

/** Seconds that `rpo: 1 minute` promises. */
const promised = 60;

/** A database's server beside its keeper, whose pods are killed, and which goes back to a moment. */
export function keeper(town: Town): void {
  const { guest, hosts } = town;
  const sql = (text: string) => town.sql(text);
  const write = (rows: number) =>
    sql(`INSERT INTO journal (text) SELECT md5(n::text) FROM generate_series(1, ${rows}) n`);

  describe("a server beside its keeper", () => {
    beforeAll(async () => {
      await sql(
        "CREATE TABLE journal (n serial PRIMARY KEY, at timestamptz DEFAULT clock_timestamp(), text text)",
      );
    });

    test("is in the vault: a whole copy, and the log after it; restore points have its dump", async () => {
      const status = await town.shipped();
      expect(status.base).toBeDefined();
      expect(gapsOf(status)).toEqual([]);
      const settled = await town.until((each) => complaints(each, new Date()).length === 0);
      expect(settled.dumps).toEqual([]);
    });

    test("comes back from one vault alone, in a pod that takes its volume along", async () => {
      const job = "rehearsal-by-hand";
      const inKeeper = (...words: string[]) => town.kubectl("-n", town.keeper, ...words);
      await inKeeper("create", "job", "--from=cronjob/rehearsal", job);
      await inKeeper("wait", "--for=condition=complete", `job/${job}`, "--timeout=300s");
      await inKeeper("delete", "job", job, "--cascade=foreground");
      // The keeper looks when it starts, and then every hour.
      await inKeeper("delete", "pod", "keeper-0");
      const { rehearsals } = await town.until((each) => Object.keys(each.rehearsals?.last ?? {}).length > 0);
      const [rehearsal] = Object.values(rehearsals?.last ?? {});
      expect(rehearsal).toEqual({
        ...{ vault: expect.any(String), at: expect.any(String), until: expect.any(String) },
        seconds: expect.any(Number),
      });
      expect(hosts).toContain(rehearsal?.vault);
      await expect
        .poll(() => inKeeper("get", "persistentvolumeclaims", "--output=name"), { timeout: 60_000 })
        .toBe("persistentvolumeclaim/database-keeper-spool");
    });

    test("loses no more than was promised while rows are written", async () => {
      await town.shipped();
      const lost: number[] = [];
      const shipments = new Set<number>();
      // Until it has shipped three times, a row at least each second: who ships no more is found out within the promise.
      while (shipments.size < 4) {
        await write(50);
        const status = await town.status();
        const now = Date.parse(await town.moment());
        const { sequence, until } = status?.shipped ?? {};
        const seconds = (now - Date.parse(until ?? "")) / 1000;
        expect(seconds, JSON.stringify(status)).toBeLessThan(promised);
        lost.push(seconds);
        shipments.add(sequence ?? 0);
      }
      console.log(
        `At any of ${lost.length} moments of writing, at most ${Math.max(...lost).toFixed(1)} s would have been lost.`,
      );
    });

    test.each([
      ["the server", () => ["-n", `${guest}-database`, "delete", "pod", "database-0"]],
      ["the keeper", () => ["-n", town.keeper, "delete", "pod", "keeper-0"]],
      ["the vault", () => ["-n", town.vault, "delete", "pod", "--all"]],
    ])("goes on without a gap after %s was killed", async (_, words) => {
      await write(2000);
      await town.kubectl(...words(), "--force", "--grace-period=0");
      await expect.poll(() => sql("SELECT 1").catch(() => ""), { timeout: 120_000 }).toBe("1");
      expect(gapsOf(await town.shipped())).toEqual([]);
    });

    test("ships to the next vault while the first is silent, is behind while none answers, says so, and has caught up at both", async () => {
      const scale = (host: string, replicas: number) =>
        town.kubectl(
          "-n",
          `${host}-vault-${guest}`,
          "scale",
          "deployment",
          "--all",
          `--replicas=${replicas}`,
        );
      await scale(hosts[0], 0);
      await write(2000);
      const { vaults } = await town.shipped();
      expect(vaults.map(({ host, answers }) => [host, answers])).toEqual([
        [hosts[0], false],
        [hosts[1], true],
      ]);
      await scale(hosts[1], 0);
      await write(2000);
      const behind = await town.until(({ failures }) => failures.some(({ task }) => task === "ship"));
      for (const host of hosts)
        expect(complaints(behind, new Date()).join()).toContain(`the vault at ${host} does not answer`);
      for (const host of hosts) await scale(host, 1);
      expect(gapsOf(await town.shipped())).toEqual([]);
      await town.until((status) => complaints(status, new Date()).length === 0, 300);
    });

    test("goes back to the moment before a table was dropped, with one restart, and is put back as it was", async () => {
      const contents = () => sql("SELECT count(*), md5(string_agg(n || text, ',' ORDER BY n)) FROM journal");
      const before = await contents();
      const at = await town.moment();
      await sql("DROP TABLE journal; CREATE TABLE journal (n serial, text text)");
      await town.shipped();
      const after = await contents();
      const restoreFrom = { vault: hosts[0], at };
      const started = Date.now();
      town.declare({}, { restoreFrom });
      await town.up();
      console.log(`Back at ${at} after ${Math.round((Date.now() - started) / 1000)} s of up.`);
      expect(await contents()).toBe(before);
      // The keeper follows the server onto its new timeline.
      expect(gapsOf(await town.shipped())).toEqual([]);
      await sql("INSERT INTO journal (text) VALUES ('after the restore')");
      const later = await contents();
      // It is done once.
      await town.up();
      expect(await contents()).toBe(later);
      town.declare({}, { restoreFrom: { ...restoreFrom, undo: true } });
      await town.up();
      expect(await contents()).toBe(after);
      expect(await town.inServer("ls", "/var/lib/postgresql/data")).toContain(
        `pgdata-after-${at.replaceAll(":", "")}`,
      );
      await sql("CREATE TABLE IF NOT EXISTS padding (text text)");
      const back = await town.until((status) => gapsOf(status).some(({ to }) => to !== undefined));
      expect(gapsOf(back)).toMatchObject([{ reason: "the server was restored" }]);
    });

    test("keeps no more of its log than a quarter of its volume: a keeper that was unavailable longer says the gap, and begins again", async () => {
      const replicas = (count: number) =>
        town.kubectl("-n", town.keeper, "scale", "statefulset", "keeper", `--replicas=${count}`);
      const before = gapsOf(await town.shipped()).length;
      await replicas(0);
      await town.kubectl("-n", town.keeper, "wait", "--for=delete", "pod/keeper-0", "--timeout=60s");
      await sql("CREATE TABLE IF NOT EXISTS padding (text text)");
      for (let part = 0; part < 6; part += 1) {
        await sql(
          "INSERT INTO padding SELECT repeat(md5(random()::text), 60) FROM generate_series(1, 32000)",
        );
        await sql("TRUNCATE padding");
        await sql("CHECKPOINT");
      }
      expect(await sql("SELECT wal_status FROM pg_replication_slots")).toBe("lost");
      const used = Number(
        (await town.inServer("du", "-sm", "/var/lib/postgresql/data/pgdata/pg_wal")).split("\t")[0],
      );
      console.log(`The server kept ${used} MiB of its log for a keeper that was unavailable.`);
      expect(used).toBeLessThan(700);
      await replicas(1);
      const again = await town.until(
        (status) => gapsOf(status).length > before && gapsOf(status).every(({ to }) => to !== undefined),
      );
      expect(gapsOf(again).at(-1)).toMatchObject({ reason: expect.stringContaining("kept its log") });
      expect(gapsOf(await town.shipped())).toHaveLength(before + 1);
    });
  });
}
