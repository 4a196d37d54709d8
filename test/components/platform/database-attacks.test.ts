import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { besideName, wholeMark } from "../../../components/platform/database/exchange.ts";
import { momentFiles, momentFolders } from "../../../components/platform/database/moment.ts";
import { fillScript } from "../../../components/platform/database/moment-fill.ts";
import { postgresqlPrograms } from "../../postgresql.ts";
import { DatabaseJobs, grab, traps } from "./database-jobs.ts";

/** Attacks of a service that somebody broke into on the superuser's Jobs, from its own database, and on its restore. */
let jobs: DatabaseJobs;
const beside = besideName("cloud", "000001");
const asService = (text: string, database = "cloud") => jobs.sql(database, text, "cloud");
const isSuperuser = () => jobs.sql("postgres", "SELECT rolsuper FROM pg_roles WHERE rolname = 'cloud'");

beforeAll(async () => {
  jobs = await DatabaseJobs.begin();
  await jobs.sql("postgres", "CREATE ROLE keeper LOGIN; GRANT pg_read_all_data TO keeper");
}, 120_000);

afterAll(() => jobs.server.close(), 60_000);

beforeEach(async () => {
  await jobs.exchange("release");
  await jobs.sql("postgres", "DROP DATABASE cloud WITH (FORCE)");
  await jobs.sql("postgres", "ALTER ROLE cloud NOSUPERUSER");
  await jobs.role();
  await jobs.sql("postgres", "GRANT CONNECT ON DATABASE cloud TO keeper");
});

describe("who owns a database becomes no superuser", () => {
  test("by a setting of it, which nobody reads as a statement, and which it has after a restore", async () => {
    const path = "a;ALTER/**/ROLE/**/cloud/**/SUPERUSER";
    await asService(
      `SELECT set_config('search_path', '${path}', false); ALTER DATABASE cloud SET search_path FROM CURRENT`,
    );
    const name = "'; ALTER ROLE cloud SUPERUSER --";
    await asService(`ALTER DATABASE cloud SET application_name = $$${name}$$`);
    const prepared = await jobs.exchange("prepare").catch(String);
    expect(await isSuperuser()).toBe("f");
    expect(prepared).not.toContain("ERROR");
    await jobs.load(3);
    await jobs.exchange("there");
    expect(await isSuperuser()).toBe("f");
    expect(await asService("SHOW search_path")).toBe(`"${path}"`);
    const kept =
      "SELECT setconfig FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = 'cloud')";
    expect(await jobs.sql("postgres", kept)).toContain(name);
  });

  test("by a path on which the superuser would find functions of theirs", async () => {
    await asService(`${grab}
      CREATE SCHEMA evil;
      CREATE FUNCTION evil.string_agg(text, text) RETURNS text LANGUAGE sql AS 'SELECT public.grab()::text';
      CREATE FUNCTION evil.string_to_array(text, text) RETURNS text[] LANGUAGE sql AS 'SELECT ARRAY[public.grab()::text]';
      CREATE FUNCTION evil.format(text, text) RETURNS text LANGUAGE sql AS 'SELECT public.grab()::text || $$ SELECT 1 $$';
      CREATE FUNCTION evil.grabbed(name, name) RETURNS boolean LANGUAGE sql AS 'SELECT public.grab() = 0';
      CREATE OPERATOR evil.<> (LEFTARG = name, RIGHTARG = name, FUNCTION = evil.grabbed);
      ALTER DATABASE cloud SET search_path = evil, pg_catalog, public`);
    await jobs.role(["pg_trgm", "unaccent"]).catch(() => undefined);
    expect(await isSuperuser(), "the Job of its role").toBe("f");
    await jobs.exchange("prepare").catch(() => undefined);
    expect(await isSuperuser(), "the Job of an exchange").toBe("f");
    expect(await jobs.role(["pg_trgm", "unaccent"])).not.toContain("ERROR");
  });

  test("by a role that sessions in it begin with: the superuser's begin as themselves", async () => {
    await asService("ALTER DATABASE cloud SET role = 'cloud'");
    await jobs.role(["pg_trgm", "file_fdw"]);
    expect(await jobs.sql("cloud", "SELECT count(*) FROM pg_extension WHERE extname = 'file_fdw'")).toBe("1");
  });

  test("by code in rows that come back to a moment, or in those that are in use and counted", async () => {
    await asService(traps);
    const moment = "2026-11-26T203029.5Z";
    const programs = await postgresqlPrograms();
    const volume = mkdtempSync(join(jobs.server.folder, "volume-"));
    mkdirSync(join(volume, momentFolders.dumps));
    const files = momentFiles("cloud", moment);
    const at = (name: string) => join(volume, momentFolders.dumps, name);
    const env = {
      ...{ PATH: `${programs}:${process.env.PATH}`, PGDATA: join(volume, "pgdata") },
      ...{ PGHOST: jobs.server.folder, PGPORT: String(jobs.server.port) },
    };
    await execa("pg_dump", ["--username=cloud", "--format=custom", `--file=${at(files.dump)}`, "cloud"], {
      env,
    });
    writeFileSync(at(files.counts), "public.entered\t1\npublic.looked\t1\npublic.part\t1\npublic.parts\t0\n");
    await jobs.exchange("prepare", { point: moment });
    // A shell with a socket as its input reads the settings of an interactive one.
    const filled = await execa("bash", ["--norc", "-euc", fillScript(), "bash", "cloud", moment], {
      env,
      reject: false,
    });
    expect(await isSuperuser()).toBe("f");
    expect([filled.exitCode, filled.stderr]).toEqual([0, ""]);
    await jobs.exchange("there", { point: moment });
    expect(await isSuperuser()).toBe("f");
    expect(await asService("SELECT n FROM entered")).toBe("1");
    await jobs.exchange("release", { point: moment });
    rmSync(volume, { recursive: true });
  });
});

describe("rows that come back are out of the service's reach", () => {
  test("until they are in place: it gets in by no password and no right of its own, and marks nothing", async () => {
    await asService("CREATE TABLE minutes AS SELECT generate_series(1, 5) AS id");
    await asService("GRANT ALL ON DATABASE cloud TO PUBLIC");
    await jobs.exchange("prepare", { password: "of this restore" });
    for (const database of [beside, "postgres"]) {
      await expect(asService(`COMMENT ON DATABASE "${beside}" IS '${wholeMark}'`, database)).rejects.toThrow(
        /permission denied for database|must be owner of database/,
      );
    }
    await expect(jobs.exchange("there")).rejects.toThrow("were not brought, or are not whole");
    await jobs.load(3);
    await expect(asService("INSERT INTO minutes VALUES (666)", beside)).rejects.toThrow("permission denied");
    for (const claim of [
      `GRANT CONNECT ON DATABASE "${beside}" TO cloud`,
      `ALTER DATABASE "${beside}" OWNER TO cloud`,
      `ALTER ROLE "${beside}" PASSWORD 'mine'`,
      `SET ROLE "${beside}"`,
    ])
      await expect(asService(claim, "postgres"), claim).rejects.toThrow(/must be owner|permission denied/);
    await jobs.exchange("there");
    expect(await asService("SELECT count(*) FROM minutes")).toBe("3");
    await asService("INSERT INTO minutes VALUES (4)");
  });

  test("the role that brings them has a password of this restore, and can do nothing when they are in place", async () => {
    const logsIn = (password: string) =>
      execa(
        "psql",
        [
          "--no-psqlrc",
          "--no-password",
          "-At",
          "--host=127.0.0.1",
          `--port=${jobs.server.port}`,
          "-c",
          "SELECT 1",
        ],
        {
          env: { PGUSER: beside, PGDATABASE: beside, PGPASSWORD: password },
          reject: false,
        },
      ).then(({ stdout, stderr }) => stdout + stderr);
    await jobs.exchange("prepare", { password: "of this restore" });
    expect(await logsIn("of the service")).toContain("password authentication failed");
    expect(await logsIn("of this restore")).toBe("1");
    await jobs.exchange("prepare", { password: "of another one" });
    expect(await logsIn("of this restore")).toContain("password authentication failed");
    await expect(jobs.sql("cloud", "SELECT 1", beside)).rejects.toThrow("permission denied");
    await jobs.exchange("prepare");
    expect(await logsIn("")).toMatch(/no password supplied|authentication failed/);
    await jobs.load(3);
    await jobs.exchange("there");
    await expect(jobs.sql("cloud", "SELECT 1", beside)).rejects.toThrow("is not permitted to log in");
    await jobs.exchange("release");
    const roles = "SELECT rolname FROM pg_roles WHERE rolname ~ '^cloud' ORDER BY 1";
    expect(await jobs.sql("postgres", roles)).toBe("cloud");
  });

  test("also those of a toolkit of before, which the service owns and may have marked", async () => {
    await asService("CREATE TABLE minutes AS SELECT generate_series(1, 5) AS id");
    await jobs.sql("postgres", `CREATE DATABASE "${beside}" OWNER cloud`);
    await asService(
      `CREATE TABLE minutes (id int); COMMENT ON DATABASE "${beside}" IS '${wholeMark}'`,
      beside,
    );
    await expect(jobs.exchange("there")).rejects.toThrow("were not brought, or are not whole");
  });
});
