import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dumpScript, restoreScript } from "../../../components/platform/database/server-scripts.ts";
import { postgresqlPrograms } from "../../postgresql.ts";
import { traps } from "./database-jobs.ts";

/** The init containers of a major upgrade, with this machine's one version of PostgreSQL on both sides. */
const asPostgres =
  process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
const settings = "-c shared_buffers=16MB -c fsync=off";
let folder: string;
let programs: string;
const data = () => join(folder, "data");

async function runs(program: string, words: readonly string[], env: Record<string, string> = {}) {
  const [first = "", ...rest] = [...asPostgres, program, ...words];
  return execa(first, rest, {
    cwd: folder,
    env: { PATH: `${programs}:${process.env.PATH}`, PGHOST: folder, PGUSER: "postgres", ...env },
    all: true,
    reject: false,
  });
}

/** Runs an init container's script on the folders of this test. */
async function step(script: string) {
  const here = script
    .replaceAll("/tmp/", `${folder}/tmp/`)
    .replaceAll("/var/lib/postgresql/data", data())
    .replaceAll("/var/run/postgresql", folder);
  const major = dirname(programs).split("/").at(-1) ?? "";
  return runs("bash", ["-euo", "pipefail", "-c", here], {
    ...{ PG_MAJOR: major, SETTINGS: settings, POSTGRES_INITDB_ARGS: "--data-checksums --locale=C.UTF-8" },
    POSTGRES_PASSWORD_FILE: join(folder, "password"),
  });
}

/** Asks the server of a folder, which runs for that long. */
async function ask(of: string, database: string, text: string, user = "postgres"): Promise<string> {
  const control = (...words: string[]) => runs("pg_ctl", ["-D", join(data(), of), "-w", "-s", ...words]);
  const options = `${settings} -c listen_addresses='' -c unix_socket_directories=${folder}`;
  await control("-o", options, "-l", join(folder, "log"), "start");
  const words = ["--no-psqlrc", "-At", "--set=ON_ERROR_STOP=1", `--username=${user}`, `--dbname=${database}`];
  try {
    const { exitCode, all } = await runs("psql", [...words, "--command", text], {
      PGOPTIONS: "-c role=none",
    });
    expect(exitCode, all).toBe(0);
    return all;
  } finally {
    await control("stop");
  }
}

beforeAll(async () => {
  programs = await postgresqlPrograms();
  folder = mkdtempSync("/tmp/upgrade-");
  for (const each of ["data", "tmp"]) mkdirSync(join(folder, each));
  writeFileSync(join(folder, "password"), "of the superuser");
  if (asPostgres.length > 0) await execa("chown", ["-R", "postgres", folder]);
  chmodSync(folder, 0o755);
  await runs("initdb", ["-D", join(data(), "pgdata"), "-U", "postgres", "--locale=C.UTF-8", "--no-sync"]);
  await ask("pgdata", "postgres", "CREATE ROLE cloud LOGIN; CREATE ROLE keeper LOGIN");
  await ask("pgdata", "postgres", "CREATE DATABASE cloud OWNER cloud CONNECTION LIMIT 42");
  await ask(
    "pgdata",
    "cloud",
    `${traps}
     ALTER DATABASE cloud SET search_path = "odd;", public;
     ALTER DATABASE cloud SET role = 'cloud';
     CREATE SCHEMA "a town";
     CREATE TABLE "a town"."odd (name)" (id serial PRIMARY KEY, text text DEFAULT public.grab());
     INSERT INTO "a town"."odd (name)" (text) VALUES ('a'), ('b');
     GRANT SELECT ON "a town"."odd (name)" TO keeper;
     ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO keeper;
     CREATE TABLE rows_of (n int);
     CREATE FUNCTION checks(rows_of) RETURNS boolean LANGUAGE sql AS 'SELECT public.grab() = 1';
     ALTER TABLE rows_of ADD CHECK (checks(rows_of));
     INSERT INTO rows_of VALUES (1);
     CREATE MATERIALIZED VIEW seen AS SELECT public.grab() AS n;
     CREATE INDEX ON rows_of ((public.grabs(n)));
     COMMENT ON SCHEMA public IS 'ours';
     SELECT lo_from_bytea(0, 'large')`,
    "cloud",
  );
  await ask(
    "pgdata",
    "cloud",
    "CREATE EXTENSION file_fdw SCHEMA public; CREATE TABLE public.made (n int); INSERT INTO public.made VALUES (7)",
  );
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

const facts = `SELECT rolname, rolsuper, datconnlimit, datacl,
    (SELECT setconfig FROM pg_db_role_setting WHERE setdatabase = pg_database.oid),
    (SELECT string_agg(format('%s %s %s', relname, pg_get_userbyid(relowner), relacl), ' ' ORDER BY relname COLLATE "C")
       FROM pg_class WHERE relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_|^information')),
    (SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension),
    (SELECT string_agg(defaclacl::text, ' ') FROM pg_default_acl),
    (SELECT string_agg(lo_get(oid)::text || lomowner::regrole, ' ') FROM pg_largeobject_metadata)
  FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE datname = 'cloud'`;

test("an upgrade runs no code of a database's owner as the superuser, and each thing is whose it was", async () => {
  const before = await ask("pgdata", "cloud", facts);
  expect(before).toContain("cloud|f|42|");
  const dumped = await step(dumpScript());
  expect(dumped).toMatchObject({ exitCode: 0, all: expect.stringContaining("tables and sequences dumped") });
  const grabbed = "SELECT rolsuper FROM pg_roles WHERE rolname = 'cloud'";
  expect(await ask("pgdata", "postgres", grabbed), "while it was dumped").toBe("f");
  // The other version, as far as the scripts can see.
  writeFileSync(join(data(), "pgdata/PG_VERSION"), "16\n");
  const restored = await step(restoreScript("16"));
  expect(restored).toMatchObject({ exitCode: 0, all: expect.stringContaining("every count equal") });
  expect(await ask("pgdata", "postgres", grabbed), "while it was restored").toBe("f");
  expect(await ask("pgdata", "cloud", facts)).toBe(before);
  const rows = `SELECT (SELECT count(*) FROM entered), (SELECT count(*) FROM parts), (SELECT n FROM made), (SELECT count(*) FROM "a town"."odd (name)")`;
  expect(await ask("pgdata", "cloud", `SET search_path = public; ${rows}`)).toContain("1|1|7|2");
  expect(readFileSync(join(data(), "pgdata-16/PG_VERSION"), "utf8")).toBe("16\n");
});
