import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { bundle } from "../../../components/foundation/program/bundle.ts";
import {
  type RestoreSettings,
  restoreSecretFiles,
} from "../../../components/recovery/database-restore/settings.ts";
import { incarnationName } from "../../../components/recovery/incarnation.ts";
import { baseScript, receiveScript } from "../../../components/recovery/keeper/manifests.ts";
import {
  type KeeperSettings,
  type KeeperStatus,
  secretFiles,
} from "../../../components/recovery/keeper/settings.ts";
import { readPosition, readSegment } from "../../../components/recovery/keeper/wal.ts";
import type { RehearsalSettings } from "../../../components/recovery/rehearsal/settings.ts";
import { type HostedAccess, vaultPassword } from "../../../components/recovery/vault/access.ts";
import type { VaultSettings } from "../../../components/recovery/vault/settings.ts";
import { installPackages, missingPackages } from "../../../local/packages.ts";
import { passOf } from "../../components/recovery/passes.ts";
import { freePort } from "../../free-port.ts";
import { postgresqlPrograms } from "../../postgresql.ts";
import { guestKey, settings as vaultSettings } from "../vault/vault.ts";
import { resticOfTheImage } from "./restic.ts";

/** A process of a site, which is killed and started again. */
export class SiteProcess {
  private child: ChildProcess | undefined;

  constructor(
    readonly name: string,
    private readonly command: readonly [string, ...string[]],
    private readonly env: Record<string, string>,
    readonly log: string,
  ) {}

  start(): void {
    const [program, ...words] = this.command;
    // It writes itself: what comes through a pipe may come after the site's folder is gone.
    const log = openSync(this.log, "a");
    // A group of its own: what it has started is killed with it, as in a pod.
    this.child = spawn(program, words, {
      env: { ...process.env, ...this.env },
      stdio: ["ignore", log, log],
      detached: true,
    });
    closeSync(log);
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    process.kill(-child.pid, signal);
    await ended;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Stops it without ending it: what it is asked, it does not answer. */
  freeze(signal: "SIGSTOP" | "SIGCONT"): void {
    if (this.child?.pid !== undefined) process.kill(-this.child.pid, signal);
  }
}

export interface SiteOptions {
  /** Seconds between two shipments of the keeper. */
  turnSeconds?: number;
  dumpedByPoints?: readonly string[];
  spoolBytes?: number;
  quotaBytes?: number;
  /** Folder of PostgreSQL's programs; this machine's when absent. */
  programs?: string;
  /** Settings of the server: `max_slot_wal_keep_size=64MB`. */
  server?: readonly string[];
  /** Clocks that can be set: {@link Site.setClock}. All go right at first. */
  clocks?: boolean;
}

type Clock = "server" | "vault" | "keeper";

/** Nobody's own account: PostgreSQL does not run as root. */
const asPostgres =
  process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

/** A database server, a vault, and the keeper between them, each a process of its own on this machine. */
export class Site {
  private constructor(
    readonly folder: string,
    readonly restic: string,
    readonly port: number,
    readonly server: SiteProcess,
    readonly vault: SiteProcess,
    readonly receiver: SiteProcess,
    readonly keeper: SiteProcess,
    readonly access: HostedAccess,
    private readonly programs: string,
  ) {}

  static async start(options: SiteOptions = {}): Promise<Site> {
    const folder = mkdtempSync("/tmp/keeper-");
    chmodSync(folder, 0o755);
    // Where PostgreSQL's own user finds it too.
    const restic = join(folder, "restic");
    copyFileSync(await resticOfTheImage(), restic);
    const [port, vaultPort, metrics, keeperPort] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    for (const name of ["secrets", "settings", "spool", "run", "cache", "volume", "server", "sockets"]) {
      mkdirSync(join(folder, name));
    }
    const programs = options.programs ?? (await postgresqlPrograms());
    const path = { PATH: `${programs}:${process.env.PATH}` };
    await makeServer(folder, programs);
    const access = {
      address: `http://127.0.0.1:${vaultPort}`,
      user: vaultSettings.guest,
      password: vaultPassword(guestKey, vaultSettings, passOf()),
    };
    write(folder, access, { port, ...options });
    const part = (name: string, command: readonly [string, ...string[]], env: Record<string, string>) =>
      new SiteProcess(name, command, { ...path, ...env }, join(folder, `${name}.log`));
    if (options.clocks) await installPackages(await missingPackages(["libfaketime"]));
    const withClock = (name: Clock, ...command: string[]) =>
      ["env", ...(options.clocks ? clockOf(folder, name) : []), ...command] as const;
    const [postgres = "", ...words] = [
      ...asPostgres,
      ...withClock("server", join(programs, "postgres"), "-D", join(folder, "server", "data")),
      ...["-p", String(port)],
      ...["-c", "listen_addresses=127.0.0.1", "-c", `unix_socket_directories=${join(folder, "sockets")}`],
      ...["-c", "fsync=off", "-c", "max_wal_senders=5"],
      ...(options.server ?? []).flatMap((setting) => ["-c", setting]),
    ];
    const site = new Site(
      folder,
      restic,
      port,
      part("server", [postgres, ...words], {}),
      part("vault", withClock("vault", process.execPath, join(folder, "vault.mjs")), {
        ...{ VAULT_SETTINGS: join(folder, "settings", "vault.json"), VAULT_FOLDER: join(folder, "volume") },
        ...{ VAULT_PORT: String(vaultPort), VAULT_METRICS_PORT: String(metrics) },
      }),
      part("receiver", ["bash", "-euo", "pipefail", "-c", receiveScript()], {
        ...{ SPOOL: join(folder, "spool"), PASSWORD_FILE: join(folder, "secrets", secretFiles.database) },
        ...{ PGPASSFILE: join(folder, "run", "receiver-pgpass"), PGHOST: "127.0.0.1", PGPORT: String(port) },
        ...{ PGUSER: "keeper" },
      }),
      part("keeper", withClock("keeper", process.execPath, join(folder, "keeper.mjs")), {
        ...{ KEEPER_SETTINGS: join(folder, "settings"), KEEPER_SECRETS: join(folder, "secrets") },
        ...{ KEEPER_SPOOL: join(folder, "spool"), KEEPER_RUN: join(folder, "run") },
        ...{ KEEPER_CACHE: join(folder, "cache"), KEEPER_PORT: String(keeperPort), KEEPER_RESTIC: restic },
        KEEPER_BASE: baseScript(),
      }),
      access,
      programs,
    );
    for (const each of site.parts) each.start();
    await site.answers();
    await site.sql(`CREATE ROLE keeper LOGIN REPLICATION PASSWORD 'of the role';
      GRANT pg_read_all_data TO keeper;
      CREATE DATABASE town;`);
    await site.sql(
      "CREATE TABLE minutes (n bigint PRIMARY KEY, at timestamptz DEFAULT clock_timestamp(), text text)",
      "town",
    );
    return site;
  }

  get parts(): readonly SiteProcess[] {
    return [this.server, this.vault, this.receiver, this.keeper];
  }

  /** Sets a clock, which goes on from there. @param seconds from the right time, `-3600` an hour late. */
  setClock(clock: Clock, seconds: number): void {
    writeFileSync(clockFile(this.folder, clock), `${seconds < 0 ? "" : "+"}${seconds}\n`, { mode: 0o644 });
  }

  /** Runs statements as the superuser. Throws where the server refuses. */
  async sql(statements: string, database = "postgres"): Promise<string> {
    const { stdout } = await execa(
      join(this.programs, "psql"),
      [
        "-XAtq",
        "-v",
        "ON_ERROR_STOP=1",
        "-h",
        "127.0.0.1",
        "-p",
        String(this.port),
        "-U",
        "postgres",
        "-d",
        database,
      ],
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

  status(): KeeperStatus | undefined {
    const file = join(this.folder, "spool", "status.json");
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as KeeperStatus) : undefined;
  }

  /** Waits for what the keeper says of itself. */
  async until(what: string, is: (status: KeeperStatus) => boolean, seconds = 60): Promise<KeeperStatus> {
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      const status = this.status();
      if (status !== undefined && is(status)) return status;
      await sleep(100);
    }
    throw new Error(
      `${what}: not within ${seconds} s. ${JSON.stringify(this.status())}\n${this.parts.map(({ name, log }) => `${name}: ${readFileSync(log, "utf8").slice(-2000)}`).join("\n")}`,
    );
  }

  /** Says at the vault that another site has taken the commune over, as that one does. */
  async isReplacedBy(incarnation: number): Promise<void> {
    const { address, user } = this.access;
    const password = vaultPassword(guestKey, vaultSettings, passOf({ incarnation }));
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    const path = `once/${incarnationName(incarnation)}`;
    await fetch(`${address}/${path}`, { method: "POST", body: "elsewhere", headers: { authorization } });
  }

  /**
   * Ships the newest log once more, first in the order of its shipments, with nothing but zeros in it from a position on: as a
   * disk leaves a file that lost its power.
   */
  async shipDamaged({ shipped }: KeeperStatus, from: string): Promise<void> {
    if (shipped === undefined) throw new Error("nothing was shipped");
    const { generation, snapshot } = shipped;
    const target = join(this.folder, "damaged", "wal");
    await this.restored(generation, "restore", `${snapshot}:/wal`, "--target", target);
    const bytes = 16 * 1024 ** 2;
    for (const name of readdirSync(target)) {
      const segment = readSegment(name, bytes);
      if (segment === undefined) continue;
      const kept = Math.max(0, Number(readPosition(from) - segment.start));
      truncateSync(join(target, name), Math.min(bytes, kept));
      truncateSync(join(target, name), bytes);
    }
    const found = JSON.parse(await this.restored(generation, "snapshots", "--json", snapshot)) as {
      tags: string[];
    }[];
    const tags = (found[0]?.tags ?? []).map((tag) => tag.replace(/^sequence=.*/, "sequence=1"));
    const words = tags.flatMap((tag) => ["--tag", tag]);
    await this.restored(generation, "backup", ...words, "wal");
  }

  /** Runs restic as whoever restores. */
  async restored(generation: string, ...words: string[]): Promise<string> {
    const { address, user, password } = this.access;
    mkdirSync(join(this.folder, "damaged"), { recursive: true });
    const { stdout } = await execa(this.restic, ["--no-cache", ...words], {
      cwd: join(this.folder, "damaged"),
      env: {
        RESTIC_REPOSITORY: `rest:http://${user}:${password}@${new URL(address).host}/database/${generation}/`,
        RESTIC_PASSWORD_FILE: join(this.folder, "secrets", secretFiles.repository),
      },
      maxBuffer: 1024 ** 3,
    });
    return stdout;
  }

  /**
   * Restores to a moment into a volume of its own, from the vault alone. Says how the program ended and what it said.
   *
   * @param database the one that is brought out of it; all of the server when absent.
   */
  async restore(
    at: string,
    database?: string,
  ): Promise<{ code: number | undefined; said: string; volume: string }> {
    const name = at.replaceAll(":", "");
    const volume = join(this.folder, "restored", name);
    const restoring: RestoreSettings = {
      ...{ commune: "villeurbanne", server: "database", vault: "bron", at, name },
      ...(database !== undefined && { database }),
    };
    const secrets = { [restoreSecretFiles.vault]: JSON.stringify(this.access) };
    return { ...(await this.inPod("database-restore", restoring, secrets, volume)), volume };
  }

  /** Brings the server back from the vault as it does every week. Says how the program ended, and what is on its volume. */
  async rehearse(): Promise<{ code: number | undefined; said: string; left: string[] }> {
    const volume = join(this.folder, "restored", "rehearsal");
    const settings: RehearsalSettings = { commune: "villeurbanne", server: "database", vaults: ["bron"] };
    const secrets = { [secretFiles.vaults]: JSON.stringify({ bron: this.access }) };
    return { ...(await this.inPod("rehearsal", settings, secrets, volume)), left: readdirSync(volume) };
  }

  /** Runs a program that restores, with its settings and secrets as its pod has them. */
  private async inPod(
    name: string,
    settings: object,
    secrets: Readonly<Record<string, string>>,
    volume: string,
  ): Promise<{ code: number | undefined; said: string }> {
    const of = (each: string) => join(this.folder, "restore", each);
    for (const folder of [of("settings"), of("secrets"), of("run"), volume])
      mkdirSync(folder, { recursive: true });
    writeFileSync(join(of("settings"), "settings.json"), JSON.stringify(settings));
    const all = { ...secrets, [restoreSecretFiles.repository]: "of the repositories" };
    for (const [file, text] of Object.entries(all)) writeFileSync(join(of("secrets"), file), text);
    writeFileSync(join(this.folder, "restore.mjs"), bundle(name).text);
    if (asPostgres.length > 0) {
      await execa("chown", ["-R", "postgres", join(this.folder, "restore"), join(this.folder, "restored")]);
    }
    const [program = "", ...words] = [...asPostgres, process.execPath, join(this.folder, "restore.mjs")];
    const { exitCode, all: said } = await execa(program, words, {
      env: {
        ...{ PATH: `${this.programs}:${process.env.PATH}`, HOME: of("run") },
        ...{ RESTORE_SETTINGS: of("settings"), RESTORE_SECRETS: of("secrets"), RESTORE_RUN: of("run") },
        ...{ RESTORE_VOLUME: volume, RESTORE_CACHE: join(of("run"), "cache"), RESTORE_SOCKETS: of("run") },
        RESTORE_RESTIC: this.restic,
      },
      all: true,
      reject: false,
    });
    return { code: exitCode, said };
  }

  /** Runs a script of the server's pod. */
  async inServer(script: string, volume: string, ...words: string[]): Promise<string> {
    const { stdout } = await execa("bash", ["-euc", script, "bash", ...words], {
      env: {
        ...{ PATH: `${this.programs}:${process.env.PATH}`, PGDATA: join(volume, "pgdata") },
        ...{ PGHOST: join(this.folder, "sockets"), PGPORT: String(this.port) },
      },
    });
    return stdout;
  }

  /** Asks a server that was restored. */
  async ask(volume: string, statement: string, database = "town"): Promise<string> {
    const [data, sockets] = [join(volume, "pgdata.restore"), join(this.folder, "sockets")];
    const port = await freePort();
    const options = `-c listen_addresses='' -c unix_socket_directories=${sockets} -c port=${port} -c hba_file=${data}/hba`;
    writeFileSync(join(data, "hba"), "local all all trust\n", { mode: 0o644 });
    const control = (...words: string[]) => {
      const [program = "", ...rest] = [
        ...asPostgres,
        join(this.programs, "pg_ctl"),
        "-D",
        data,
        "-w",
        "-s",
        ...words,
      ];
      return execa(program, rest, { cwd: sockets });
    };
    await control("-o", options, "-l", join(volume, "log"), "start");
    try {
      const words = [
        "-XAtq",
        "-h",
        sockets,
        "-p",
        String(port),
        "-U",
        "postgres",
        "-d",
        database,
        "-c",
        statement,
      ];
      return (await execa(join(this.programs, "psql"), words)).stdout;
    } finally {
      await control("stop");
    }
  }

  /** Has the server, which was ended, go on on another timeline and without slots, as one that was restored. */
  async promote(): Promise<void> {
    const data = join(this.folder, "server", "data");
    rmSync(join(data, "pg_replslot", "keeper"), { recursive: true, force: true });
    writeFileSync(join(data, "recovery.signal"), "");
    appendFileSync(join(data, "postgresql.auto.conf"), "restore_command = 'false'\n");
    if (asPostgres.length > 0) await execa("chown", ["postgres", join(data, "recovery.signal")]);
  }

  async end(): Promise<void> {
    for (const part of this.parts) {
      part.freeze("SIGCONT");
      await part.kill();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const clockFile = (folder: string, clock: Clock) => join(folder, `clock-${clock}`);

/** Words before a program, with which it has a clock of its own: Debian's libfaketime. */
function clockOf(folder: string, clock: Clock): string[] {
  const file = clockFile(folder, clock);
  writeFileSync(file, "+0\n", { mode: 0o644 });
  return [
    `LD_PRELOAD=/usr/lib/${multiarch[process.arch] ?? ""}/faketime/libfaketimeMT.so.1`,
    ...[`FAKETIME_TIMESTAMP_FILE=${file}`, "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"],
  ];
}

const multiarch: Record<string, string> = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" };

async function makeServer(folder: string, programs: string): Promise<void> {
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

function write(
  folder: string,
  access: HostedAccess,
  { port, spoolBytes, quotaBytes, turnSeconds = 1, dumpedByPoints = [] }: SiteOptions & { port: number },
): void {
  const settings: KeeperSettings = {
    ...{ commune: "villeurbanne", server: "database", role: "keeper", method: "log", dumpedByPoints },
    connection: { host: "127.0.0.1", port, database: "postgres", sslMode: "disable" },
    ...{
      rpoSeconds: 60,
      turnSeconds,
      spoolBytes: spoolBytes ?? 4 * 1024 ** 3,
      vaults: ["bron"],
      incarnation: 1,
      isRehearsed: true,
    },
  };
  const hosted: VaultSettings = { ...vaultSettings, quotaBytes: quotaBytes ?? 4 * 1024 ** 3 };
  const put = (path: string, text: string) => writeFileSync(join(folder, path), text);
  put("settings/settings.json", JSON.stringify(settings));
  put("settings/vault.json", JSON.stringify(hosted));
  put(`secrets/${secretFiles.database}`, "of the role");
  put(`secrets/${secretFiles.repository}`, "of the repositories");
  put(`secrets/${secretFiles.vaults}`, JSON.stringify({ bron: access }));
  put("vault.mjs", bundle("vault").text);
  put("keeper.mjs", bundle("keeper").text);
}
