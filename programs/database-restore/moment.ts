import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { countRows, momentFiles, momentFolders } from "../../components/platform/database/moment.ts";
import { reasonOf, run } from "../keeper/run.ts";
import { asSuperuser } from "./recover.ts";
import { bringForward, type RestoreParts, shipmentAt } from "./restore.ts";

/** Process whose progress counts: this program, with the server and the commands that ask it. */
const progressOf = process.pid;

/**
 * Writes one database as it was at a moment: a dump on the server's volume, with the number of rows of each table.
 * All of the server is brought forward beside what exists, and is removed again. If it is done already, it does
 * nothing; if it was interrupted, it starts again.
 *
 * Throws if the moment cannot be gone back to, if there is no room, or if the database was not there then.
 */
export async function dumpMoment(parts: RestoreParts, database: string): Promise<void> {
  const { settings, volume, say } = parts;
  const { dump, counts } = momentFiles(database, settings.name);
  const at = (name: string) => join(volume, momentFolders.dumps, name);
  if (existsSync(at(counts))) {
    say({ dumped: database, at: settings.at, already: true });
    return;
  }
  const data = join(volume, momentFolders.data);
  try {
    await mkdir(join(volume, momentFolders.dumps), { recursive: true, mode: 0o700 });
    const work = async (sockets: string) => {
      const env = asSuperuser(sockets);
      const psql = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"];
      const known = await run("psql", [...psql, `--set=name=${database}`], {
        ...{ env, progressOf },
        input: "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = :'name'",
      });
      if (known.code !== 0) throw new Error(reasonOf("psql", known));
      const owner = known.out.trim();
      if (owner === "") {
        throw new Error(`there was no database ${database} at ${settings.at}: nothing of it can come back.`);
      }
      // What is in it runs as whoever looks at it.
      const of = { ...env, PGDATABASE: database, PGUSER: owner };
      const words = ["--format=custom", `--file=${at(dump)}`, database];
      const dumped = await run("pg_dump", words, { env: of, progressOf });
      if (dumped.code !== 0) throw new Error(reasonOf("pg_dump", dumped));
      const counted = await run("psql", [...psql, "--field-separator=\t"], {
        ...{ env: of, progressOf, input: countRows },
      });
      if (counted.code !== 0) throw new Error(reasonOf("psql", counted));
      await writeFile(at(`${counts}.new`), counted.out, { mode: 0o600 });
    };
    const shipment = await shipmentAt(parts);
    const log = join(volume, momentFolders.log);
    const times = await bringForward(parts, { shipment, data, log, at: settings.at, work });
    // Last: the counts say that the dump is whole.
    await rename(at(`${counts}.new`), at(counts));
    say({ dumped: database, at: settings.at, times });
  } finally {
    for (const folder of [data, join(volume, momentFolders.log)]) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
