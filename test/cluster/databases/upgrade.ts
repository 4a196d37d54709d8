import { execa } from "execa";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { postgresqlImage } from "../../../components/foundation/image/catalogue.ts";
import { pod } from "../images/pods.ts";
import type { Town } from "./town.ts";

const patient = { timeout: 240_000, interval: 2000 };

interface Ended {
  exitCode: number;
  message?: string;
  startedAt: string;
  finishedAt: string;
}
interface Status {
  name: string;
  state: { terminated?: Ended };
  lastState: { terminated?: Ended };
}

/** From one major version of PostgreSQL to another, both real, by the declaration and `pulumi up` alone. */
export function upgrade(town: Town): void {
  const { owner, project } = town;
  const inDatabase = (...words: string[]) => town.kubectl("-n", `${owner}-database`, ...words);
  /** Runs a shell line in the server's pod. */
  const shell = (line: string) => inDatabase("exec", "database-0", "--", "bash", "-ec", line);
  const sql = (statement: string) => shell(`psql -U postgres nextcloud -Atc "${statement}"`);
  const occ = (...words: string[]) =>
    town.kubectl(
      ...["-n", `${owner}-nextcloud`, "exec", "deploy/nextcloud", "-c", "php", "--", "php", "occ", ...words],
    );

  /** Returns how the steps of the upgrade ended last, by name. */
  async function ends(): Promise<Record<string, Ended | undefined>> {
    const { status } = JSON.parse(await inDatabase("get", "pod", "database-0", "-o", "json")) as {
      status: { initContainerStatuses?: Status[] };
    };
    return Object.fromEntries(
      (status.initContainerStatuses ?? []).map(({ name, state, lastState }) => [
        name,
        state.terminated ?? lastState.terminated,
      ]),
    );
  }

  /** Returns the exit code and last words of each step, by name. */
  async function steps(): Promise<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(await ends()).map(([name, ended]) => [
        name,
        `${ended?.exitCode}: ${ended?.message ?? ""}`,
      ]),
    );
  }

  /** Runs a shell line in a pod of its own that mounts the server's volume. */
  async function onTheVolume(line: string): Promise<void> {
    const mender = pod({
      name: "mender",
      uid: 999,
      claims: { data: "database-data" },
      containers: [
        { name: "main", image: postgresqlImage("17"), command: ["sh", "-ec", line], mounts: ["data:/data"] },
      ],
    });
    await execa("kubectl", ["--namespace", `${owner}-database`, "apply", "-f", "-"], {
      env: town.cluster.environment,
      input: JSON.stringify(mender),
    });
    await inDatabase("wait", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=120s", "pod/mender");
    await inDatabase("delete", "pod", "mender");
  }

  describe("from PostgreSQL 15 to 17", () => {
    /** Sum of the test's table. */
    let rows: string;

    beforeAll(async () => {
      await occ("group:add", "council");
      await occ("group:adduser", "council", "admin");
      await sql("CREATE TABLE minutes AS SELECT n, md5(n::text) AS text FROM generate_series(1, 20000) n");
      rows = await sql("SELECT count(*), md5(string_agg(text, '' ORDER BY n)) FROM minutes");
    });

    test("nothing changes while the declaration does not say what becomes of the data", async () => {
      town.declareOwn('{ version: "17" }');
      const { exitCode, output } = await project.pulumi(["up", "-s", owner, "--yes", "--skip-preview"]);
      expect(exitCode).not.toBe(0);
      expect(output).toContain('Write upgradeFrom: "15" beside it');
      expect(await sql("SHOW server_version_num")).toMatch(/^15/);
    });

    test("a restore that cannot end says why, leaves the old data alone, and goes on when its cause is gone", async () => {
      await shell("mkdir /var/lib/postgresql/data/pgdata-15");
      town.declareOwn('{ version: "17", upgradeFrom: "15" }');
      const update = project.pulumi(["up", "-s", owner, "--yes", "--skip-preview"]);
      await vi.waitFor(
        async () =>
          expect((await steps()).restore).toContain(
            "1: The volume has a folder pgdata-15 of an earlier upgrade.",
          ),
        patient,
      );
      expect((await steps()).dump).toMatch(/^0: /);
      await onTheVolume("test -s /data/pgdata/PG_VERSION && rmdir /data/pgdata-15");
      const { exitCode, output } = await update;
      expect(output).toContain("PostgreSQL goes from 15 to 17: nobody can use nextcloud while");
      expect(exitCode).toBe(0);
      for (const [name, ended] of Object.entries(await ends())) {
        const seconds = (Date.parse(ended?.finishedAt ?? "") - Date.parse(ended?.startedAt ?? "")) / 1000;
        console.log(`PostgreSQL 15 to 17, ${name}: ${seconds} s`);
      }
    });

    test("has every row, role, right and password that it had", async () => {
      expect(await sql("SHOW server_version_num")).toMatch(/^17/);
      expect(await sql("SELECT count(*), md5(string_agg(text, '' ORDER BY n)) FROM minutes")).toBe(rows);
      expect(
        await sql(
          "SELECT datname, datdba::regrole, has_database_privilege('public', oid, 'CONNECT') FROM pg_database WHERE datname = 'nextcloud'",
        ),
      ).toBe("nextcloud|nextcloud|f");
      // Over the network, with the password that it was given before.
      expect(await occ("group:list", "--output=json")).toContain('"council":["admin"]');
      expect(await inDatabase("logs", "database-0", "-c", "restore")).toContain(
        "tables and sequences restored, every count equal",
      );
    });

    test("keeps the old data beside the new, and nothing else of the upgrade", async () => {
      const names = await shell("cd /var/lib/postgresql/data && echo * && cat pgdata-15/PG_VERSION");
      expect(names.split(/\s+/).filter((name) => name !== "lost+found")).toEqual([
        "pgdata",
        "pgdata-15",
        "15",
      ]);
    });

    test("leaves nothing to do, and takes nothing twice when the pod starts again", async () => {
      expect(Object.keys(await project.up(owner))).toEqual(["unchanged"]);
      await inDatabase("delete", "pod", "database-0");
      await inDatabase("rollout", "status", "statefulset/database", "--timeout=180s");
      expect((await steps()).dump).toBe("0: ");
      expect(await sql("SELECT count(*) FROM minutes")).toBe("20000");
    });
  });
}
