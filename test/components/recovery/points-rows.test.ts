import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dumpScript, loadScript } from "../../../components/recovery/points/rows-scripts.ts";
import { workFiles } from "../../../components/recovery/points/settings.ts";
import { type OwnPostgresql, ownPostgresql, postgresqlPrograms } from "../../postgresql.ts";
import { resticOfTheImage } from "../../programs/keeper/restic.ts";
import { RowsPod } from "../../programs/restore-point/rows.ts";

let server: OwnPostgresql;
let folder: string;
let programs: string;
let restic: string;
let pod: RowsPod;

/** A service's database with what names and values may be: not even a name with a bracket is taken for another one. */
const contents = `
  CREATE TABLE minutes (n int PRIMARY KEY, text text);
  INSERT INTO minutes SELECT n, repeat(md5(n::text), 200) FROM generate_series(1, 2000) n;
  CREATE INDEX ON minutes (md5(text));
  CREATE TABLE empty (n int);
  CREATE SCHEMA "a town";
  CREATE TABLE "a town"."odd (name) FROM stdin;" ("the key" int REFERENCES minutes, text text);
  INSERT INTO "a town"."odd (name) FROM stdin;" VALUES (1, E'a\\nb\\n\\\\.\\nCOPY public.minutes (n) FROM stdin;'), (2, NULL);
  CREATE TABLE parts (n int) PARTITION BY RANGE (n);
  CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10);
  INSERT INTO parts VALUES (1), (2), (3);
  CREATE TABLE columnless ();
  INSERT INTO columnless DEFAULT VALUES;
  CREATE EXTENSION IF NOT EXISTS unaccent;
  SELECT lo_from_bytea(0, 'COPY public.empty (n) FROM stdin;');
  ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
`;
const rows = {
  "a town.odd (name) FROM stdin;": "2",
  "public.columnless": "1",
  "public.empty": "0",
  "public.minutes": "2000",
  "public.part": "3",
  "public.parts": "0",
};

beforeAll(async () => {
  programs = await postgresqlPrograms();
  server = await ownPostgresql();
  folder = mkdtempSync(join(tmpdir(), "rows-"));
  restic = await resticOfTheImage();
  pod = new RowsPod(folder, restic, repository());
  await execa(restic, ["init"], { env: repository() });
  await server.sql("postgres", "CREATE DATABASE town");
  await server.sql("town", contents);
}, 120_000);

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
}, 60_000);

const repository = () => ({
  RESTIC_REPOSITORY: join(folder, "repository"),
  RESTIC_PASSWORD: "of the repository",
  RESTIC_CACHE_DIR: join(folder, "cache"),
});

/** Runs a script of a pod against the server of this file. */
async function runs(
  script: string,
  name: string,
  {
    files,
    ...env
  }: { files?: Record<string, string>; PGDATABASE?: string; PATH?: string; POINT?: string } = {},
) {
  const run = await pod.runs(script, name, {
    ...(files && { files }),
    env: {
      PATH: `${programs}:${process.env.PATH}`,
      ...{ PGHOST: "127.0.0.1", PGPORT: String(server.port), PGDATABASE: "town", PGUSER: "postgres" },
      LOADER_PASSWORD: "of this restore",
      ...env,
    },
  });
  return { ...run, file: (which: string) => readFileSync(join(run.work, which), "utf8") };
}

/** An empty database for a point's rows and the role that brings them, as the superuser's Job makes both. */
async function beside(name: string): Promise<void> {
  await server.sql("postgres", `CREATE ROLE "${name}" LOGIN`);
  await server.sql("postgres", `CREATE DATABASE "${name}" OWNER "${name}"`);
  await server.sql(name, "CREATE EXTENSION unaccent");
}

const scans = () =>
  server.sql("town", "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'minutes'").then(Number);

describe("the rows of a restore point", () => {
  test("are read once, counted on their way to the vault, and come back with their indexes and constraints", async () => {
    await server.sql("town", "SELECT pg_stat_force_next_flush()").catch(() => undefined);
    const before = await scans();
    const taken = await runs(dumpScript(), "dump");
    expect([taken.exitCode, taken.said]).toEqual([0, expect.stringContaining("as of 2")]);
    const counted = taken
      .file(workFiles.rows)
      .trim()
      .split("\n")
      .map((line) => line.split("\t"));
    expect(Object.fromEntries(counted)).toEqual(rows);
    // What ends with its connection is told a moment later.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect((await scans()) - before).toBe(1);

    const { snapshot_id: id } = JSON.parse(taken.file(workFiles.dump)) as { snapshot_id: string };
    await beside("town-point-000042");
    const files = { [workFiles.snapshot]: id, [workFiles.expected]: taken.file(workFiles.rows) };
    const loaded = await runs(loadScript(), "load", { POINT: "000042", files });
    expect([loaded.exitCode, loaded.said]).toEqual([
      0,
      expect.stringContaining("6 tables, each with as many rows"),
    ]);
    const made =
      "SELECT string_agg(indexdef, ';' ORDER BY indexdef), (SELECT count(*) FROM pg_constraint WHERE contype IN ('f', 'p')) FROM pg_indexes WHERE schemaname = 'public'";
    expect(await server.sql("town-point-000042", made)).toBe(await server.sql("town", made));
    const owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'";
    expect(await server.sql("town-point-000042", owners)).toBe("town-point-000042");
    const text = `SELECT md5(string_agg(text, ',' ORDER BY n)) FROM minutes`;
    expect(await server.sql("town-point-000042", text)).toBe(await server.sql("town", text));
    expect((await runs(loadScript(), "load", { POINT: "000042" })).said).toContain("is whole already");
  }, 120_000);

  test("are none where there are no tables, or where the dump does not end", async () => {
    await server.sql("postgres", "CREATE DATABASE village");
    const none = await runs(dumpScript(), "none", { PGDATABASE: "village" });
    expect([none.exitCode, none.said]).toEqual([1, expect.stringContaining("village has no tables")]);
    // A dump that fails in the middle.
    const stubs = join(folder, "stubs");
    mkdirSync(stubs);
    const dump = `#!/bin/bash\n${join(programs, "pg_dump")} "$@" | head --bytes=300000\nexit 1\n`;
    writeFileSync(join(stubs, "pg_dump"), dump, { mode: 0o755 });
    const half = await runs(dumpScript(), "half", { PATH: `${stubs}:${programs}:${process.env.PATH}` });
    expect(half.exitCode).not.toBe(0);
    const { stdout } = await execa(restic, ["snapshots", "--json"], { env: repository() });
    expect(JSON.parse(stdout)).toHaveLength(1);
  }, 60_000);

  test("are refused where another number comes back than the point has", async () => {
    await beside("town-point-000043");
    const left = (name: string) => readFileSync(join(folder, "load", name), "utf8");
    const files = {
      [workFiles.snapshot]: left(workFiles.snapshot),
      [workFiles.expected]: left(workFiles.expected).replace("\t2000", "\t2001"),
    };
    const other = await runs(loadScript(), "other", { POINT: "000043", files });
    expect([other.exitCode, other.said]).toEqual([
      1,
      expect.stringContaining("has not the rows of the point"),
    ]);
  }, 60_000);
});
