import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bundle } from "../../../components/foundation/program/bundle.ts";
import { baseScript, receiveScript } from "../../../components/recovery/keeper/manifests.ts";
import {
  type KeeperSettings,
  type KeeperStatus,
  secretFiles,
} from "../../../components/recovery/keeper/settings.ts";
import { freePort } from "../../free-port.ts";
import { postgresqlPrograms } from "../../postgresql.ts";
import { Clocks } from "./clocks.ts";
import { SiteProcess } from "./process.ts";
import { resticOfTheImage } from "./restic.ts";
import { Restores } from "./restores.ts";
import { DatabaseServer } from "./server.ts";
import { SiteStore, type StoreKind } from "./stores.ts";

export interface SiteOptions {
  /** Seconds between two shipments of the keeper. */
  turnSeconds?: number;
  dumpedByPoints?: readonly string[];
  spoolBytes?: number;
  /** The vaults, in the order in which they are declared; one vault's server when absent. */
  stores?: readonly StoreKind[];
  quotaBytes?: number;
  /** Folder of PostgreSQL's programs; this machine's when absent. */
  programs?: string;
  /** Settings of the server: `max_slot_wal_keep_size=64MB`. */
  server?: readonly string[];
  /** Clocks that can be set: {@link Clocks.set}. All go right at first. */
  clocks?: boolean;
}

/** A database server, its vaults, and the keeper between them, each a process of its own on this machine. */
export class Site {
  private constructor(
    readonly folder: string,
    /** Path of the program. */
    readonly restic: string,
    readonly database: DatabaseServer,
    /** Its vaults, in the order in which they are declared. */
    readonly stores: readonly [SiteStore, ...SiteStore[]],
    readonly receiver: SiteProcess,
    readonly keeper: SiteProcess,
    readonly clocks: Clocks,
    private readonly programs: string,
  ) {}

  static async start(options: SiteOptions = {}): Promise<Site> {
    const folder = mkdtempSync("/tmp/keeper-");
    chmodSync(folder, 0o755);
    // Where PostgreSQL's own user finds it too.
    const restic = join(folder, "restic");
    copyFileSync(await resticOfTheImage(), restic);
    for (const name of ["secrets", "settings", "spool", "run", "cache", "server", "sockets"]) {
      mkdirSync(join(folder, name));
    }
    const programs = options.programs ?? (await postgresqlPrograms());
    const clocks = await Clocks.of(folder, options.clocks);
    const database = await DatabaseServer.make({ folder, programs }, { clocks, settings: options.server });
    const { stores: kinds = ["vault"], quotaBytes } = options;
    const [first, ...others] = await SiteStore.start(folder, kinds, { clocks, quotaBytes });
    if (first === undefined) throw new RangeError("a site needs a vault");
    write(folder, [first, ...others], { port: database.port, ...options });
    const port = await freePort();
    const part = (name: string, command: readonly [string, ...string[]], env: Record<string, string>) =>
      new SiteProcess(
        name,
        command,
        { PATH: `${programs}:${process.env.PATH}`, ...env },
        join(folder, `${name}.log`),
      );
    const site = new Site(
      folder,
      restic,
      database,
      [first, ...others],
      part("receiver", ["bash", "-euo", "pipefail", "-c", receiveScript()], {
        ...{ SPOOL: join(folder, "spool"), PASSWORD_FILE: join(folder, "secrets", secretFiles.database) },
        ...{ PGPASSFILE: join(folder, "run", "receiver-pgpass"), PGHOST: "127.0.0.1" },
        ...{ PGPORT: String(database.port), PGUSER: "keeper" },
      }),
      part("keeper", clocks.with("keeper", process.execPath, join(folder, "keeper.mjs")), {
        ...{ KEEPER_SETTINGS: join(folder, "settings"), KEEPER_SECRETS: join(folder, "secrets") },
        ...{ KEEPER_SPOOL: join(folder, "spool"), KEEPER_RUN: join(folder, "run") },
        ...{ KEEPER_CACHE: join(folder, "cache"), KEEPER_PORT: String(port), KEEPER_RESTIC: restic },
        KEEPER_BASE: baseScript(),
      }),
      clocks,
      programs,
    );
    for (const each of [site.server, site.receiver, site.keeper]) each.start();
    await database.answers();
    await database.fill();
    return site;
  }

  get server(): SiteProcess {
    return this.database.process;
  }

  /** The vault that is written to first. */
  get store(): SiteStore {
    return this.stores[0];
  }

  get vault(): SiteProcess {
    return this.store.process;
  }

  get parts(): readonly SiteProcess[] {
    return [this.server, ...this.stores.map((store) => store.process), this.receiver, this.keeper];
  }

  /** Ways back from the vault that is written to first. */
  get restores(): Restores {
    return this.restoresFrom(this.store);
  }

  /** Ways back from one of the vaults alone. */
  restoresFrom(store: SiteStore): Restores {
    const { folder, programs, restic } = this;
    return new Restores({ folder, programs, restic }, store);
  }

  /** Runs statements as the superuser. Throws if the server refuses. */
  sql(statements: string, database?: string): Promise<string> {
    return this.database.sql(statements, database);
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

  async end(): Promise<void> {
    for (const part of this.parts) {
      part.freeze("SIGCONT");
      await part.kill();
    }
    for (const store of this.stores) await store.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Writes the keeper's program, settings and secrets. */
function write(
  folder: string,
  stores: readonly SiteStore[],
  { port, spoolBytes, turnSeconds = 1, dumpedByPoints = [] }: SiteOptions & { port: number },
): void {
  const settings: KeeperSettings = {
    ...{ commune: "villeurbanne", server: "database", role: "keeper", method: "log", dumpedByPoints },
    connection: { host: "127.0.0.1", port, database: "postgres", sslMode: "disable" },
    ...{ rpoSeconds: 60, turnSeconds, spoolBytes: spoolBytes ?? 4 * 1024 ** 3 },
    ...{ vaults: stores.map(({ host }) => host), incarnation: 1, isRehearsed: true },
  };
  const put = (path: string, text: string) => writeFileSync(join(folder, path), text);
  put("settings/settings.json", JSON.stringify(settings));
  put(`secrets/${secretFiles.database}`, "of the role");
  put(`secrets/${secretFiles.repository}`, "of the repositories");
  const accesses = Object.fromEntries(stores.map(({ host, access }) => [host, access]));
  put(`secrets/${secretFiles.vaults}`, JSON.stringify(accesses));
  put("keeper.mjs", bundle("keeper").text);
}
