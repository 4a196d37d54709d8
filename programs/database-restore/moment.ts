import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { countRows, momentFiles, momentFolders } from "../../components/platform/database/moment.ts";
import type { DumpedMoment } from "../../components/recovery/database-restore/settings.ts";
import { reasonOf, run } from "../keeper/run.ts";
import { asSuperuser } from "./recover.ts";
import { bringForward, type RestoreParts, shipmentAt } from "./restore.ts";

/** Process whose progress counts: this program, with the server and the commands that ask it. */
const progressOf = process.pid;

/**
 * Writes databases as they were at a moment: of each a dump on the server's volume, with the number of rows of each table.
 * All of the server is brought forward beside what exists, once for all of them, and is removed again. What is done
 * already is not done again; if it was interrupted, it starts again.
 *
 * Throws if the moment cannot be gone back to, if there is no room, or if a database was not there then.
 */
export async function dumpMoment(parts: RestoreParts, databases: readonly string[]): Promise<DumpedMoment> {
  const { settings, volume, say } = parts;
  const at = (name: string) => join(volume, momentFolders.dumps, name);
  const countsOf = (database: string) => at(momentFiles(database, settings.name).counts);
  const missing = databases.filter((database) => !existsSync(countsOf(database)));
  if (missing.length === 0) say({ dumped: databases, at: settings.at, already: true });
  else await dump(parts, missing, at);
  return {
    moment: settings.at,
    databases: await Promise.all(
      databases.map(async (database) => {
        const lines = (await readFile(countsOf(database), "utf8")).split("\n").filter((line) => line !== "");
        const rows = lines.map((line) => Number(line.split("\t")[1]));
        return { database, tables: rows.length, rows: rows.reduce((sum, one) => sum + one, 0) };
      }),
    ),
  };
}

async function dump(
  parts: RestoreParts,
  databases: readonly string[],
  at: (name: string) => string,
): Promise<void> {
  const { settings, volume, say } = parts;
  const data = join(volume, momentFolders.data);
  const log = join(volume, momentFolders.log);
  const files = (database: string) => momentFiles(database, settings.name);
  try {
    await mkdir(join(volume, momentFolders.dumps), { recursive: true, mode: 0o700 });
    const work = async (sockets: string) => {
      for (const database of databases) {
        const { dump, counts } = files(database);
        const counted = await dumpOne(sockets, { database, file: at(dump), moment: settings.at });
        await writeFile(at(`${counts}.new`), counted, { mode: 0o600 });
      }
    };
    const shipment = await shipmentAt(parts);
    const times = await bringForward(parts, { shipment, data, log, at: settings.at, work });
    // Last: the counts say that the dump is whole.
    for (const { counts } of databases.map(files)) await rename(at(`${counts}.new`), at(counts));
    say({ dumped: databases, at: settings.at, times });
  } finally {
    for (const folder of [data, log]) await rm(folder, { recursive: true, force: true });
  }
}

/** Dumps a database of the recovered server, and returns the number of rows of each of its tables, a line each. */
async function dumpOne(
  sockets: string,
  { database, file, moment }: { database: string; file: string; moment: string },
): Promise<string> {
  const env = asSuperuser(sockets);
  const psql = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"];
  const known = await run("psql", [...psql, `--set=name=${database}`], {
    ...{ env, progressOf },
    input: "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = :'name'",
  });
  if (known.code !== 0) throw new Error(reasonOf("psql", known));
  const owner = known.out.trim();
  if (owner === "") {
    throw new Error(`there was no database ${database} at ${moment}: nothing of it can come back.`);
  }
  // What is in it runs as whoever looks at it.
  const of = { ...env, PGDATABASE: database, PGUSER: owner };
  const words = ["--format=custom", `--file=${file}`, database];
  const dumped = await run("pg_dump", words, { env: of, progressOf });
  if (dumped.code !== 0) throw new Error(reasonOf("pg_dump", dumped));
  const counted = await run("psql", [...psql, "--field-separator=\t"], {
    ...{ env: of, progressOf, input: countRows },
  });
  if (counted.code !== 0) throw new Error(reasonOf("psql", counted));
  return counted.out;
}
