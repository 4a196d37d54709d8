import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { freePort } from "../../free-port.ts";
import type { Clocks } from "./clocks.ts";
import { SiteProcess } from "./process.ts";

/** Nobody's own account: PostgreSQL does not run as root. */
export const asPostgres =
  process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

/** Place of a server: the site's folder, and the folder of PostgreSQL's programs. */
interface Place {
  folder: string;
  programs: string;
}

/** The database server of a site. */
export class DatabaseServer {
  private constructor(
    private readonly place: Place,
    readonly port: number,
    readonly process: SiteProcess,
  ) {}

  /** Makes one, which does not run yet. @param settings `max_slot_wal_keep_size=64MB` */
  static async make(
    place: Place,
    { clocks, settings = [] }: { clocks: Clocks; settings?: readonly string[] | undefined },
  ): Promise<DatabaseServer> {
    const { folder, programs } = place;
    const port = await freePort();
    await initialize(place);
    const [postgres = "", ...words] = [
      ...asPostgres,
      ...clocks.with("server", join(programs, "postgres"), "-D", join(folder, "server", "data")),
      ...["-p", String(port)],
      ...["-c", "listen_addresses=127.0.0.1", "-c", `unix_socket_directories=${join(folder, "sockets")}`],
      ...["-c", "fsync=off", "-c", "max_wal_senders=5"],
      ...settings.flatMap((setting) => ["-c", setting]),
    ];
    const env = { PATH: `${programs}:${process.env.PATH}` };
    const server = new SiteProcess("server", [postgres, ...words], env, join(folder, "server.log"));
    return new DatabaseServer(place, port, server);
  }

  /** Makes the keeper's role, and a database with a table. */
  async fill(): Promise<void> {
    await this.sql(`CREATE ROLE keeper LOGIN REPLICATION PASSWORD 'of the role';
      GRANT pg_read_all_data TO keeper;
      CREATE DATABASE town;`);
    await this.sql(
      "CREATE TABLE minutes (n bigint PRIMARY KEY, at timestamptz DEFAULT clock_timestamp(), text text)",
      "town",
    );
  }

  /** Runs statements as the superuser. Throws if the server refuses. */
  async sql(statements: string, database = "postgres"): Promise<string> {
    const words = ["-XAtq", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", String(this.port)];
    const { stdout } = await execa(
      join(this.place.programs, "psql"),
      [...words, "-U", "postgres", "-d", database],
      { input: statements, env: { PGPASSWORD: "of the superuser", PGCONNECT_TIMEOUT: "3" } },
    );
    return stdout;
  }

  /** Waits until the server answers. */
  async answers(): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        await this.sql("SELECT 1");
        return;
      } catch (error) {
        if (tries > 150) throw error;
        await sleep(200);
      }
    }
  }

  /** Runs a script of the server's pod. */
  async runs(script: string, volume: string, ...words: string[]): Promise<string> {
    const { folder, programs } = this.place;
    const { stdout } = await execa("bash", ["-euc", script, "bash", ...words], {
      env: {
        ...{ PATH: `${programs}:${process.env.PATH}`, PGDATA: join(volume, "pgdata") },
        ...{ PGHOST: join(folder, "sockets"), PGPORT: String(this.port) },
      },
    });
    return stdout;
  }

  /** Asks a server that was restored. */
  async askRestored(volume: string, statement: string, database = "town"): Promise<string> {
    const { folder, programs } = this.place;
    const [data, sockets] = [join(volume, "pgdata.restore"), join(folder, "sockets")];
    const port = await freePort();
    const options = `-c listen_addresses='' -c unix_socket_directories=${sockets} -c port=${port} -c hba_file=${data}/hba`;
    writeFileSync(join(data, "hba"), "local all all trust\n", { mode: 0o644 });
    const control = (...words: string[]) => {
      const all = [...asPostgres, join(programs, "pg_ctl"), "-D", data, "-w", "-s", ...words];
      const [program = "", ...rest] = all;
      return execa(program, rest, { cwd: sockets });
    };
    await control("-o", options, "-l", join(volume, "log"), "start");
    try {
      const words = ["-XAtq", "-h", sockets, "-p", String(port), "-U", "postgres", "-d", database];
      return (await execa(join(programs, "psql"), [...words, "-c", statement])).stdout;
    } finally {
      await control("stop");
    }
  }

  /** Has the server, which was ended, go on on another timeline and without slots, as one that was restored. */
  async promote(): Promise<void> {
    const data = join(this.place.folder, "server", "data");
    rmSync(join(data, "pg_replslot", "keeper"), { recursive: true, force: true });
    writeFileSync(join(data, "recovery.signal"), "");
    appendFileSync(join(data, "postgresql.auto.conf"), "restore_command = 'false'\n");
    if (asPostgres.length > 0) await execa("chown", ["postgres", join(data, "recovery.signal")]);
  }
}

async function initialize({ folder, programs }: Place): Promise<void> {
  const [server, sockets] = [join(folder, "server"), join(folder, "sockets")];
  writeFileSync(join(server, "password"), "of the superuser\n");
  if (asPostgres.length > 0) await execa("chown", ["-R", "postgres", server, sockets]);
  const [program = "", ...words] = [
    ...asPostgres,
    ...[join(programs, "initdb"), "-D", join(server, "data"), "-U", "postgres", "--locale=C.UTF-8"],
    ...["--data-checksums", "--no-sync", `--pwfile=${join(server, "password")}`],
  ];
  await execa(program, words, { cwd: server });
  writeFileSync(
    join(server, "data", "pg_hba.conf"),
    "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\nhost replication keeper all scram-sha-256\n",
  );
}
