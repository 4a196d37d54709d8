import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  besideName,
  exchangeCronJob,
  inUseAlready,
  notExchanged,
} from "../../../components/platform/database/exchange.ts";
import { nextcloudDatabaseClient } from "../../../components/services/nextcloud/database.ts";
import { dumpRows, loadRows, useRows } from "../../../scripts/tenant/postgresql.ts";
import { postgresqlPrograms } from "../../postgresql.ts";
import { DatabaseJobs } from "./database-jobs.ts";

/** The script that runs in the cluster, on a server of this machine's PostgreSQL. */
let jobs: DatabaseJobs;
const sql = (database: string, text: string, user?: string) => jobs.sql(database, text, user);
const beside = besideName("cloud", "000001");

const databases = () =>
  sql("postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'cloud%' ORDER BY 1");
const count = () => sql("cloud", "SELECT count(*) FROM minutes", "cloud");

beforeAll(async () => {
  jobs = await DatabaseJobs.begin();
  await sql("postgres", "CREATE ROLE keeper LOGIN; GRANT pg_read_all_data TO keeper");
  await sql("postgres", "CREATE DATABASE other OWNER cloud");
  await sql("postgres", "GRANT CONNECT ON DATABASE cloud TO keeper");
  await sql(
    "postgres",
    `ALTER DATABASE cloud CONNECTION LIMIT 42; ALTER DATABASE cloud SET work_mem = '7MB';
     ALTER DATABASE cloud SET search_path = public, "a ""town"", b", pg_catalog; ALTER DATABASE cloud SET temp_tablespaces = ''`,
  );
  await sql("cloud", "CREATE EXTENSION unaccent SCHEMA public");
  await sql("cloud", "CREATE TABLE minutes AS SELECT generate_series(1, 5) AS id", "cloud");
  await sql("other", "CREATE TABLE kept AS SELECT generate_series(1, 9) AS id");
}, 120_000);

afterAll(() => jobs.server.close(), 60_000);

test("its Job goes on through a name server that is unavailable once more after it answered", async () => {
  const stubs = join(jobs.server.folder, "stubs");
  mkdirSync(stubs);
  const stub = (name: string, text: string) =>
    writeFileSync(join(stubs, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  stub("pg_isready", "exit 0");
  const words =
    'psql: error: could not translate host name "database.bron-database.svc" to address: Temporary failure in name resolution';
  stub(
    "psql",
    `[ -e ${stubs}/asked ] || { touch ${stubs}/asked; echo '${words}' >&2; exit 2; }\necho "exchanged: $*"`,
  );
  const { spec } = exchangeCronJob(
    { commune: "bron", server: "database", major: "17" },
    nextcloudDatabaseClient({ commune: "bron" }),
  );
  const [container] = JSON.parse(JSON.stringify(spec)).jobTemplate.spec.template.spec.containers;
  const [program = "", ...rest] = [...container.command, ...container.args];
  const env = {
    PATH: `${stubs}:${process.env.PATH}`,
    DATABASE: "cloud",
    STEP: "there",
    POINT: "000001",
    EXTENSIONS: "",
  };
  const { exitCode, stdout, stderr } = await execa(program, rest, { env, reject: false });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: `waiting for its name: ${words}` });
  expect(stdout).toMatch(/^exchanged: .*--variable=step=there .*--file=\/etc\/exchange\/exchange\.sql$/);
});

test("nothing is put in place that was not brought whole", async () => {
  await expect(jobs.exchange("there")).rejects.toThrow(
    "the rows of the point were not brought, or are not whole",
  );
  await jobs.exchange("prepare");
  await sql(beside, "CREATE TABLE half (id int)");
  await expect(jobs.exchange("there")).rejects.toThrow("are not whole");
  expect(await count()).toBe("5");
  expect(await jobs.exchange("back")).toContain(notExchanged);
});

test("what comes has the owner, rights, limit, settings and extensions of what goes", async () => {
  const facts = (name: string) =>
    sql(
      "postgres",
      `SELECT rolname, datconnlimit, datacl, setconfig FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba LEFT JOIN pg_db_role_setting ON setdatabase = pg_database.oid WHERE datname = '${name}'`,
    );
  const before = await facts("cloud");
  expect(before).toContain("cloud|42|{cloud=CTc/cloud,keeper=c/cloud}");
  await jobs.exchange("prepare");
  // What the run before had begun is gone.
  await expect(sql(beside, "SELECT * FROM half")).rejects.toThrow("does not exist");
  expect(await sql(beside, "SELECT extname FROM pg_extension ORDER BY 1", "keeper")).toBe(
    "pg_trgm\nplpgsql\nunaccent",
  );
  await jobs.load(3);
  await sql(
    beside,
    "CREATE VIEW first AS SELECT 1 AS n; CREATE SEQUENCE later; CREATE TYPE kind AS ENUM ('a')",
    beside,
  );
  await jobs.exchange("there");
  expect(await facts("cloud")).toBe(before);
  expect(
    await sql(
      "cloud",
      "SELECT DISTINCT relowner::regrole, typowner::regrole, defaclrole FROM pg_class, pg_type LEFT JOIN pg_default_acl ON true WHERE relnamespace = 'public'::regnamespace AND typname = 'kind'",
    ),
  ).toBe("cloud|cloud|");
  await jobs.exchange("back");
  expect(await facts("cloud")).toBe(before);
});

test("both are renamed in one step, under whoever is still there, and back, as often as it is asked", async () => {
  await jobs.exchange("prepare");
  await jobs.load(3);
  const guest = sql("cloud", "SELECT pg_sleep(60)").catch(() => "cut off");
  const guests = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'cloud'";
  await vi.waitFor(async () => expect(await sql("postgres", guests)).toBe("1"), { timeout: 20_000 });
  await jobs.exchange("there");
  expect(await guest).toBe("cut off");
  expect(await count()).toBe("3");
  expect(await databases()).toBe("cloud\ncloud-before-000001");
  expect(await jobs.exchange("there")).toContain(inUseAlready);
  expect(await jobs.exchange("prepare")).toContain(inUseAlready);
  await jobs.exchange("back");
  expect([await count(), await databases()]).toEqual(["5", "cloud\ncloud-point-000001"]);
  await jobs.exchange("there");
  expect(await count()).toBe("3");
  expect(await sql("other", "SELECT count(*) FROM kept")).toBe("9");
});

test("what is aside is removed for good, and what is in use stays", async () => {
  await jobs.exchange("release");
  expect([await count(), await databases()]).toEqual(["3", "cloud"]);
});

test("rows from an archive are read by who owns them, and by a client that runs no command of theirs", async () => {
  const of = { service: "t-x", purpose: "x", version: 1, rotation: "never", description: "x" } as const;
  const own = { secret: "x", key: "x", label: of };
  const database = {
    ...own,
    engine: "postgresql",
    server: "pg--x",
    name: "cloud",
    extensions: ["pg_trgm"],
  } as const;
  const bash = (script: string, input = "") =>
    execa("bash", ["-c", script], {
      ...{ input, reject: false },
      env: {
        ...{ PGHOST: jobs.server.folder, PGPORT: String(jobs.server.port) },
        PATH: `${programs}:${process.env.PATH}`,
      },
    });
  await jobs.exchange("release");
  const before = await count();
  const programs = await postgresqlPrograms();
  const { stdout: dump, exitCode } = await bash(dumpRows("cloud"));
  expect(exitCode).toBe(0);
  const ran = join(jobs.server.folder, "ran");
  for (const hostile of [
    `\\! touch ${ran}`,
    `\\unrestrict x\n\\! touch ${ran}`,
    `\\o | touch ${ran}`,
    `COPY minutes TO PROGRAM 'touch ${ran}';`,
    "ALTER ROLE cloud SUPERUSER;",
    "DROP DATABASE postgres;",
    "DROP DATABASE cloud;",
    "SET ROLE cloud;",
  ]) {
    const refused = await bash(loadRows(database), `${dump}\n${hostile}\n`);
    expect(refused.exitCode, hostile).not.toBe(0);
    expect(existsSync(ran), hostile).toBe(false);
  }
  expect((await bash(loadRows(database), "")).stderr).toContain("the dump has no table");
  expect(await databases()).toContain(besideName("cloud", "import"));
  const loaded = await bash(loadRows(database), dump);
  expect(loaded.exitCode, loaded.stderr).toBe(0);
  expect(loaded.stderr).toContain(createHash("sha256").update(dump).digest("hex"));
  await sql("cloud", "CREATE TABLE later (id int)", "cloud");
  const used = await bash(useRows(database));
  expect(used.exitCode, used.stderr).toBe(0);
  expect(await count()).toBe(before);
  expect(await sql("cloud", "SELECT to_regclass('later') IS NULL")).toBe("t");
  expect((await databases()).split("\n")).toEqual(["cloud"]);
});
