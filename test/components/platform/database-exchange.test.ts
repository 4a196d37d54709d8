import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  besideName,
  type ExchangeStep,
  exchangeConfigMap,
  exchangeCronJob,
  inUseAlready,
  notExchanged,
  wholeMark,
} from "../../../components/platform/database/exchange.ts";
import { nextcloudDatabaseClient } from "../../../components/services/nextcloud/database.ts";
import { dumpRows, loadRows, useRows } from "../../../scripts/tenant/postgresql.ts";
import { freePort } from "../../free-port.ts";
import { postgresqlPrograms } from "../../postgresql.ts";

/** The script that runs in the cluster, on a server of this machine's PostgreSQL. */
const programs = await postgresqlPrograms();
const program = (name: string) => join(programs, name);
const asPostgres =
  process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

let folder: string;
let port: number;
let server: ChildProcess;

const psql = (database: string, ...words: string[]) =>
  execa("psql", [
    ...["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"],
    ...[`--host=${folder}`, `--port=${port}`, "--username=postgres", `--dbname=${database}`, ...words],
  ]);
const sql = async (database: string, text: string) => (await psql(database, "--command", text)).stdout;

async function step(name: ExchangeStep, point = "000001"): Promise<string> {
  const file = join(folder, "exchange.sql");
  writeFileSync(file, exchangeConfigMap({ commune: "bron", server: "database" }).data["exchange.sql"] ?? "");
  const variables = { name: "cloud", extensions: "pg_trgm", step: name, point };
  const { stdout, stderr } = await psql(
    "postgres",
    ...Object.entries(variables).map(([key, value]) => `--variable=${key}=${value}`),
    `--file=${file}`,
  );
  return stdout + stderr;
}

/** Puts rows into the new database and marks it as whole, as the load does. */
async function load(rows: number): Promise<void> {
  const beside = besideName("cloud", "000001");
  await sql(beside, `SET ROLE cloud; CREATE TABLE minutes AS SELECT generate_series(1, ${rows}) AS id`);
  await sql(beside, `SET ROLE cloud; COMMENT ON DATABASE "${beside}" IS '${wholeMark}'`);
}

const databases = () =>
  sql("postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'cloud%' ORDER BY 1");
const count = () => sql("cloud", "SELECT count(*) FROM minutes");

beforeAll(async () => {
  folder = mkdtempSync("/tmp/exchange-");
  chmodSync(folder, 0o777);
  port = await freePort();
  const data = join(folder, "data");
  const [first = "", ...words] = [
    ...asPostgres,
    ...[program("initdb"), "-D", data, "-U", "postgres", "--locale=C.UTF-8", "--no-sync", "--auth=trust"],
  ];
  await execa(first, words, { cwd: folder });
  const [start = "", ...rest] = [
    ...asPostgres,
    ...[program("postgres"), "-D", data, "-k", folder, "-p", String(port), "-c", "listen_addresses="],
  ];
  server = spawn(start, rest, { cwd: folder, stdio: "ignore" });
  await vi.waitFor(() => sql("postgres", "SELECT 1"), { timeout: 60_000, interval: 200 });
  await sql("postgres", "CREATE ROLE cloud LOGIN");
  await sql("postgres", "CREATE ROLE keeper LOGIN");
  for (const name of ["cloud", "other"])
    await sql("postgres", `CREATE DATABASE ${name} OWNER cloud CONNECTION LIMIT 42`);
  await sql(
    "postgres",
    "REVOKE ALL ON DATABASE cloud FROM PUBLIC; GRANT CONNECT ON DATABASE cloud TO keeper",
  );
  await sql(
    "postgres",
    "ALTER DATABASE cloud SET work_mem = '7MB'; ALTER DATABASE cloud SET search_path = public, pg_catalog",
  );
  await sql(
    "cloud",
    "CREATE EXTENSION unaccent; SET ROLE cloud; CREATE TABLE minutes AS SELECT generate_series(1, 5) AS id",
  );
  await sql("other", "CREATE TABLE kept AS SELECT generate_series(1, 9) AS id");
}, 120_000);

afterAll(async () => {
  const ended = new Promise((resolve) => server.once("exit", resolve));
  // Nothing of it is kept.
  server.kill("SIGQUIT");
  await ended;
  rmSync(folder, { recursive: true });
}, 60_000);

test("its Job goes on through a name server that is unavailable once more after it answered", async () => {
  const stubs = join(folder, "stubs");
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
  await expect(step("there")).rejects.toThrow("the rows of the point were not brought, or are not whole");
  await step("prepare");
  await sql(besideName("cloud", "000001"), "CREATE TABLE half (id int)");
  await expect(step("there")).rejects.toThrow("are not whole");
  expect(await count()).toBe("5");
  expect(await step("back")).toContain(notExchanged);
});

test("the database beside has the owner, rights, limit, settings and extensions of the one that is there", async () => {
  await step("prepare");
  const facts = (name: string) =>
    sql(
      "postgres",
      `SELECT rolname, datconnlimit, datacl, setconfig FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba LEFT JOIN pg_db_role_setting ON setdatabase = pg_database.oid WHERE datname = '${name}'`,
    );
  expect(await facts(besideName("cloud", "000001"))).toBe(await facts("cloud"));
  expect(await sql(besideName("cloud", "000001"), "SELECT extname FROM pg_extension ORDER BY 1")).toBe(
    "pg_trgm\nplpgsql\nunaccent",
  );
  // What the run before had begun is gone.
  await expect(sql(besideName("cloud", "000001"), "SELECT * FROM half")).rejects.toThrow("does not exist");
});

test("both are renamed in one step, under whoever is still there, and back, as often as it is asked", async () => {
  await step("prepare");
  await load(3);
  const guest = psql("cloud", "--command", "SELECT pg_sleep(60)").catch(() => "cut off");
  const guests = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'cloud'";
  await vi.waitFor(async () => expect(await sql("postgres", guests)).toBe("1"), { timeout: 20_000 });
  await step("there");
  expect(await guest).toBe("cut off");
  expect(await count()).toBe("3");
  expect(await databases()).toBe("cloud\ncloud-before-000001");
  expect(await step("there")).toContain(inUseAlready);
  expect(await step("prepare")).toContain(inUseAlready);
  await step("back");
  expect([await count(), await databases()]).toEqual(["5", "cloud\ncloud-point-000001"]);
  await step("there");
  expect(await count()).toBe("3");
  expect(await sql("other", "SELECT count(*) FROM kept")).toBe("9");
});

test("what is aside is removed for good, and what is in use stays", async () => {
  await step("release");
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
      env: { PGHOST: folder, PGPORT: String(port), PATH: `${programs}:${process.env.PATH}` },
    });
  await step("release");
  const before = await count();
  const { stdout: dump, exitCode } = await bash(dumpRows("cloud"));
  expect(exitCode).toBe(0);
  const ran = join(folder, "ran");
  for (const hostile of [
    `\\! touch ${ran}`,
    `\\unrestrict x\n\\! touch ${ran}`,
    `\\o | touch ${ran}`,
    `COPY minutes TO PROGRAM 'touch ${ran}';`,
    "ALTER ROLE cloud SUPERUSER;",
    "DROP DATABASE postgres;",
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
  await sql("cloud", "SET ROLE cloud; CREATE TABLE later (id int)");
  const used = await bash(useRows(database));
  expect(used.exitCode, used.stderr).toBe(0);
  expect(await count()).toBe(before);
  expect(await sql("cloud", "SELECT to_regclass('later') IS NULL")).toBe("t");
  expect((await databases()).split("\n")).toEqual(["cloud"]);
});
