import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { baseScript } from "../../../components/recovery/keeper/manifests.ts";
import type { KeeperSettings, KeeperStatus } from "../../../components/recovery/keeper/settings.ts";
import { segmentName, showPosition } from "../../../components/recovery/keeper/wal.ts";
import { vaultPassword } from "../../../components/recovery/vault/access.ts";
import { OpenVault } from "../../../components/recovery/vault/open-vault.ts";
import { ResticJudge } from "../../../components/recovery/vault/restic-judge.ts";
import { Copies } from "../../../programs/keeper/copies.ts";
import { Failures } from "../../../programs/keeper/failures.ts";
import { Keeper } from "../../../programs/keeper/keeper.ts";
import { Repositories } from "../../../programs/keeper/repository.ts";
import { CopiedServer, type Observation } from "../../../programs/keeper/server.ts";
import { Spool } from "../../../programs/keeper/spool.ts";
import { passOf } from "../../components/recovery/passes.ts";
import {
  basic,
  guestKey,
  type Open,
  openVault,
  quickFolder,
  sha256,
  settings as vaultSettings,
} from "../vault/vault.ts";
import { Door } from "./door.ts";
import { resticOfTheImage } from "./restic.ts";

const segmentBytes = 1024 * 1024;
const guest = "villeurbanne";

/** A server that says what a test wants, and whose whole copy is a few bytes. */
class SaidServer extends CopiedServer {
  constructor(
    private readonly say: () => Observation,
    private readonly past: () => string,
  ) {
    super({});
  }

  override async history(): Promise<string> {
    return this.past();
  }

  override async observe(): Promise<Observation> {
    return this.say();
  }

  override async renewSlot(): Promise<void> {}

  override async stopReceiver(): Promise<void> {}
}

/**
 * The keeper itself, turn by turn, with real vaults and restic in between, and a server and a clock that a test sets: what
 * takes PostgreSQL days takes it seconds.
 */
export class KeeperTurns {
  readonly said: object[] = [];
  /** Vaults that do not answer. */
  readonly cut = new Set<string>();
  /** Hosts that answer what they like, by host: a path in the place of the one that is asked, or an answer, which may never come. */
  readonly lies = new Map<string, (path: string) => Response | Promise<Response> | string | undefined>();
  now = new Date("2026-11-26T12:00:00Z");
  private position = BigInt(segmentBytes) + 100n;
  private timeline = 1;
  private history = "";
  /** Whether the server remembers which pages change. */
  summarizes = false;
  private keeper: Keeper | undefined;

  private constructor(
    readonly folder: string,
    private readonly restic: string,
    private readonly open: ReadonlyMap<string, Open>,
    /** Ways to the vaults, by host. */
    readonly doors: ReadonlyMap<string, Door>,
  ) {}

  static async start(hosts: readonly string[] = ["bron", "lyon"]): Promise<KeeperTurns> {
    const folder = mkdtempSync(join(quickFolder, "turns-"));
    for (const name of ["bron", "lyon", "spool", "run", "cache", "bin"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "password"), "of the repositories");
    // An archive with the server's list of files at its end; what it was asked for is noted.
    const copies = `cd "$(mktemp --directory)"
      echo "$*" >> ${join(folder, "asked")}
      if [ -e ${join(folder, "forgets")} ] && [[ $* = *--incremental* ]]; then exit 1; fi
      head -c 200000 /dev/urandom > base; date +%s%N > backup_manifest
      tar --create base backup_manifest`;
    writeFileSync(join(folder, "bin", "pg_basebackup"), `#!/bin/bash\n${copies}\n`);
    chmodSync(join(folder, "bin", "pg_basebackup"), 0o755);
    const [open, doors] = [new Map<string, Open>(), new Map<string, Door>()];
    for (const host of ["bron", "lyon"]) {
      const at = { host, domain: `${host}.test`, guest };
      const vault = await openVault(join(folder, host), { ...at, quotaBytes: 1024 ** 3 });
      open.set(host, vault);
      doors.set(host, await Door.before(vault.url));
    }
    const turns = new KeeperTurns(folder, await resticOfTheImage(), open, doors);
    await turns.use(hosts);
    return turns;
  }

  /** Starts the keeper, as its pod does after a change of what is declared. What was on its spool is there. */
  async use(hosts: readonly string[]): Promise<void> {
    const { folder } = this;
    const now = () => this.now;
    const say = (line: object) => void this.said.push(line);
    const settings: KeeperSettings = {
      ...{
        commune: guest,
        server: "database",
        role: "keeper",
        method: "log",
        incarnation: 1,
        dumpedByPoints: [],
      },
      connection: { host: "", port: 1, database: "", sslMode: "disable" },
      ...{ rpoSeconds: 60, turnSeconds: 20, spoolBytes: 1024 ** 3, vaults: hosts },
      isRehearsed: false,
    };
    const passwordFile = join(folder, "password");
    const judge = new ResticJudge({
      restic: this.restic,
      passwordOf: () => ({ RESTIC_PASSWORD_FILE: passwordFile }),
    });
    const spool = new Spool(join(folder, "spool"));
    const vaults = hosts.map((host) => {
      const address = this.doors.get(host)?.url ?? "";
      const at = { host, domain: `${host}.test`, guest: vaultSettings.guest };
      const access = { address, user: guest, password: vaultPassword(guestKey, at, passOf()) };
      const open = new OpenVault(host, access, async (asked, init) => {
        if (this.cut.has(host)) throw new Error("cut off");
        const said = await this.lies.get(host)?.(asked.slice(address.length));
        return said instanceof Response ? said : fetch(said === undefined ? asked : address + said, init);
      });
      const repositories = new Repositories(
        {
          ...{ restic: this.restic, passwordFile, authorities: undefined },
          ...{ addresses: join(folder, "run"), cache: join(folder, "cache") },
          begun: spool.path("repositories"),
        },
        { open, access },
        { commune: guest, service: "database", bring: (path) => copies.bring(path, open) },
      );
      return { open, lastDate: () => undefined, repositories };
    });
    const copies: Copies = new Copies(vaults, { service: "database", judge, now, say });
    const failures = new Failures(now, say);
    const server = new SaidServer(
      () => this.observed(),
      () => this.history,
    );
    const libpq = { PATH: `${join(folder, "bin")}:${process.env.PATH}` };
    this.keeper = new Keeper({
      ...{ settings, libpq, failures, spool, copies, now, say, server },
      baseScript: baseScript(),
    });
    await this.keeper.open();
  }

  async turn(): Promise<KeeperStatus> {
    this.receive();
    await this.keeper?.turn();
    return this.status();
  }

  /** Turns until something is so. */
  async until(what: string, is: (status: KeeperStatus) => boolean): Promise<KeeperStatus> {
    const end = Date.now() + 100_000;
    while (Date.now() < end) {
      const status = await this.turn();
      if (is(status)) return status;
      await sleep(50);
    }
    throw new Error(
      `${what}: ${JSON.stringify(this.status(), undefined, 1)}\n${JSON.stringify(this.said.slice(-20))}`,
    );
  }

  /** Another server takes the place of this one, from where it is. */
  failOver(): void {
    this.history = `${this.history}${this.timeline}\t${showPosition(this.position)}\tno recovery target specified\n`;
    this.timeline += 1;
  }

  /** Whether the server has forgotten which pages changed. */
  set forgets(forgets: boolean) {
    const file = join(this.folder, "forgets");
    if (forgets) writeFileSync(file, "");
    else rmSync(file, { force: true });
  }

  /** Kind of each base so far: `whole`, or the snapshot whose increment it is. */
  bases(): string[] {
    const asked = readFileSync(join(this.folder, "asked"), "utf8").trim().split("\n");
    return asked.map((words) => /--incremental=\S*manifest-(\S+)/.exec(words)?.[1] ?? "whole");
  }

  /** Turns until the base of the next day is used. */
  async nextDay(): Promise<KeeperStatus> {
    const before = this.status().base?.snapshot;
    this.now = new Date(this.now.getTime() + 24 * 3_600_000);
    return this.until("a new base", ({ base }) => base !== undefined && base.snapshot !== before);
  }

  /** Writes something, and turns until a vault with a proved copy has it. */
  async confirmed(): Promise<KeeperStatus> {
    this.position += 200n;
    this.now = new Date(this.now.getTime() + 1000);
    const at = this.now.toISOString();
    return this.until("confirmed", ({ confirmed = "" }) => confirmed >= at);
  }

  status(): KeeperStatus {
    return JSON.parse(readFileSync(join(this.folder, "spool", "status.json"), "utf8")) as KeeperStatus;
  }

  /** Names of a kind of files that a vault has in a generation. */
  files(host: string, generation: string, kind: string): string[] {
    const root = join(this.folder, host, "database", generation, kind);
    return readdirSync(root, { recursive: true, encoding: "utf8" })
      .map((name) => name.split("/").at(-1) ?? "")
      .filter((name) => name.length === 64)
      .sort();
  }

  /** The generations that a vault has. */
  generations(host: string): string[] {
    return readdirSync(join(this.folder, host, "database")).sort();
  }

  /** Brings a lock to a generation at a vault. */
  async lock(host: string, generation: string, text: string): Promise<void> {
    const at = { host, domain: `${host}.test`, guest };
    const authorization = basic(guest, vaultPassword(guestKey, at, passOf()));
    const path = `/database/${generation}/locks/${sha256(text)}`;
    await this.open.get(host)?.ask(path, { method: "POST", body: text, headers: { authorization } });
  }

  /** Removes the packs of a generation at a vault, as a host's scrub does. */
  losePacks(host: string, generation: string): void {
    const root = join(this.folder, host, "database", generation, "data");
    for (const pack of this.files(host, generation, "data")) rmSync(join(root, pack.slice(0, 2), pack));
  }

  /** Turns until two vaults have the same snapshots in a generation. */
  async same(generation: string): Promise<void> {
    const at = (host: string) => this.files(host, generation, "snapshots").join();
    await this.until(`${generation} is the same`, () => at("bron") === at("lyon"));
  }

  /** Turns until every vault's copy is proved. */
  proved(): Promise<KeeperStatus> {
    return this.until("proved", ({ vaults }) => vaults.every(({ proved }) => proved !== undefined));
  }

  async end(): Promise<void> {
    await this.keeper?.stop();
    for (const door of this.doors.values()) await door.close();
    for (const open of this.open.values()) await open.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private observed(): Observation {
    const { position, timeline } = this;
    return {
      ...{ system: "7", timeline, now: this.now.toISOString(), position, segmentBytes, databases: [] },
      summarizes: this.summarizes,
      slot: { received: position, status: "reserved", isActive: true },
    };
  }

  /** Leaves the log up to now where the receiver would. */
  private receive(): void {
    const chains = join(this.folder, "spool", "chains");
    const [chain] = readdirSync(join(this.folder, "spool")).includes("chains") ? readdirSync(chains) : [];
    if (chain === undefined) return;
    const text = Buffer.alloc(segmentBytes);
    text.write(`up to ${this.position}`);
    writeFileSync(
      join(chains, chain, "received", segmentName(this.timeline, this.position, segmentBytes)),
      text,
    );
  }
}
