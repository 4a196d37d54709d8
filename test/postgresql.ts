import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { installPackages, missingPackages } from "../local/packages.ts";
import { freePort } from "./free-port.ts";

const root = "/usr/lib/postgresql";

/** Folder of the programs of this machine's newest PostgreSQL, installed where there is none: tests run them without a cluster. */
export async function postgresqlPrograms(): Promise<string> {
  if (!existsSync(root)) await installPackages(await missingPackages(["postgresql"]));
  const [newest] = readdirSync(root)
    .map(Number)
    .sort((one, other) => other - one);
  if (newest === undefined) throw new Error(`there is no PostgreSQL below ${root}`);
  return join(root, String(newest), "bin");
}

/** A PostgreSQL of this machine, for as long as a test takes. */
export interface OwnPostgresql {
  port: number;
  /** Folder of its socket, where it trusts everybody, as it does in its pod. */
  folder: string;
  /** @param user `postgres` when absent. */
  sql(database: string, text: string, user?: string): Promise<string>;
  /** Nothing of it is kept. */
  close(): Promise<void>;
}

/** Waits until a server answers, for a minute: measurements start one without vitest, too. */
async function answers(ask: () => Promise<unknown>): Promise<void> {
  for (let left = 300; ; left -= 1) {
    try {
      await ask();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await sleep(200);
    }
  }
}

/** A network namespace in which a server runs: its address there, and the words before a command that is run in it. */
interface ServerPlace {
  address: string;
  words: readonly string[];
}

/**
 * Starts one.
 *
 * @param network how it is sure of who connects over the network; on its socket it trusts everybody.
 * @param place where it listens; on the loopback of this machine if absent.
 */
export async function ownPostgresql(
  network: "trust" | "scram-sha-256" = "trust",
  place: ServerPlace = { address: "127.0.0.1", words: [] },
): Promise<OwnPostgresql> {
  const programs = await postgresqlPrograms();
  const asPostgres =
    process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
  const folder = mkdtempSync("/tmp/postgresql-");
  chmodSync(folder, 0o777);
  const port = await freePort();
  const data = join(folder, "data");
  const [first = "", ...words] = [
    ...asPostgres,
    ...[join(programs, "initdb"), "-D", data, "-U", "postgres", "--locale=C.UTF-8"],
    ...["--no-sync", "--auth-local=trust", `--auth-host=${network}`],
  ];
  await execa(first, words, { cwd: folder });
  if (place.words.length > 0) appendFileSync(join(data, "pg_hba.conf"), `host all all samenet ${network}\n`);
  const [start = "", ...rest] = [
    ...[...place.words, ...asPostgres],
    ...[join(programs, "postgres"), "-D", data, "-k", folder, "-p", String(port)],
    ...["-c", `listen_addresses=${place.address}`, "-c", "fsync=off"],
  ];
  const server = spawn(start, rest, { cwd: folder, stdio: "ignore" });
  const sql = async (database: string, text: string, user = "postgres") => {
    const { stdout } = await execa("psql", [
      ...["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"],
      ...[`--host=${folder}`, `--port=${port}`, `--username=${user}`, `--dbname=${database}`],
      ...["--command", text],
    ]);
    return stdout;
  };
  await answers(() => sql("postgres", "SELECT 1"));
  return {
    port,
    folder,
    sql,
    async close() {
      const ended = once(server, "exit");
      server.kill("SIGQUIT");
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
