import { randomBytes } from "node:crypto";
import { execa } from "execa";
import { vi } from "vitest";
import { publicKeyOf } from "../../../components/foundation/multikey/multikey.ts";
import type { KeeperStatus } from "../../../components/recovery/keeper/settings.ts";
import type { Cluster } from "../../../local/cluster/index.ts";
import { recoveryCommand } from "../../../scripts/recovery.ts";
import { restoreCommand } from "../../../scripts/restore.ts";
import { Metropolis, smallServices } from "../federation/metropolis.ts";
import type { Project } from "../project.ts";
import { Recovering } from "../recovering.ts";

/** A member that brings to the first host's vault with a restic of its own, and has nothing on the cluster. */
export const visitor = "marennes";

/** Communes of a town, by role. */
export interface Roles {
  /** The commune with documents. */
  guest: string;
  /** The communes that keep its copies: the first gets a database's log from it, the second from the first. */
  hosts: readonly [string, string];
}

/** Version of what runs until somebody upgrades it. */
export const version = "33.0.7";

/** A commune with documents, and two that keep its copies; all three brought up once. */
export class Town {
  readonly metropolis: Metropolis;
  readonly guest: string;
  readonly hosts: Roles["hosts"];
  readonly namespace: string;
  /** Namespace in which the first host has what the commune brings. */
  readonly vault: string;
  readonly keeper: string;
  /** Key from which the member without a commune here derives its passwords. */
  readonly visitorKey = randomBytes(32);
  private recovered: Recovering | undefined;

  constructor(
    readonly cluster: Cluster,
    { guest, hosts }: Roles,
  ) {
    this.guest = guest;
    this.hosts = hosts;
    this.namespace = `${guest}-nextcloud`;
    this.vault = `${hosts[0]}-vault-${guest}`;
    this.keeper = `${guest}-database-keeper`;
    const members = [guest, ...hosts, visitor].map((id, index) => ({
      ...{ id, insee: String(69_271 + index), domain: `${id}.test` },
    }));
    this.metropolis = new Metropolis(cluster, members);
  }

  private get ids(): readonly string[] {
    return [this.guest, ...this.hosts];
  }

  /** The other communes of the town. */
  private without(id: string): string[] {
    return this.ids.filter((each) => each !== id);
  }

  get project(): Project {
    return this.metropolis.project;
  }

  get recovering(): Recovering {
    if (this.recovered === undefined) throw new Error(`${this.guest} is not up`);
    return this.recovered;
  }

  async begin(): Promise<void> {
    const { metropolis, guest, hosts, ids } = this;
    metropolis.know({
      [guest]: { stack: guest },
      [hosts[0]]: { stack: hosts[0] },
      [visitor]: { vaultKey: publicKeyOf(this.visitorKey) },
    });
    this.declare();
    // The second one keeps copies of the first one too.
    for (const [host, guests] of [
      [hosts[0], [guest, visitor]],
      [hosts[1], [guest, hosts[0]]],
    ] as const) {
      const room = Object.fromEntries(guests.map((id) => [id, { space: "4 GiB" }]));
      metropolis.declare(host, { with: this.without(host) }, { recovery: { host: room } });
    }
    await this.git("init", "--quiet");
    await this.git("add", "stacks");
    await this.git("commit", "--quiet", "--message", version);
    for (const id of ids) await metropolis.createStack(id);
    for (const id of ids) await this.project.up(id);
    this.recovered = await Recovering.of(this.cluster, metropolis, guest);
  }

  async end(): Promise<void> {
    await this.recovered?.end();
    await this.project.end(...this.ids);
  }

  /** Writes what the commune declares: its version of Nextcloud, and more of its database and beside both. */
  declare(nextcloud: { version?: string } = {}, database: object = {}, more: object = {}): void {
    this.metropolis.declare(
      this.guest,
      { with: this.without(this.guest) },
      {
        database: { storage: "1 GiB", ...database },
        nextcloud: { ...smallServices.nextcloud, version, ...nextcloud },
        recovery: { rpo: "1 minute", vaults: this.hosts },
        ...more,
      },
    );
  }

  /** Applies what the commune declares. */
  up() {
    return this.project.up(this.guest);
  }

  git(...words: string[]) {
    const { folder: cwd } = this.project;
    return execa("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...words], { cwd });
  }

  kubectl(...words: readonly string[]): Promise<string> {
    return this.metropolis.kubectl(...words);
  }

  /** Runs a shell line where Nextcloud runs. */
  inPhp(script: string): Promise<string> {
    const where = ["-n", this.namespace, "exec", "deployment/nextcloud", "--container=php"];
    return this.kubectl(...where, "--", "sh", "-euc", script);
  }

  /** Runs a shell line in the database server's pod. */
  inServer(...words: readonly string[]): Promise<string> {
    const where = ["-n", `${this.guest}-database`, "exec", "database-0", "--container=postgresql"];
    return this.kubectl(...where, "--", ...words);
  }

  /** Returns the database server's answer to its superuser, without the last line's end. */
  async sql(text: string, database = "nextcloud"): Promise<string> {
    const words = ["--username=postgres", "--tuples-only", "--no-align", `--dbname=${database}`];
    return (
      await this.inServer("psql", ...words, "--set=ON_ERROR_STOP=1", "--quiet", "--command", text)
    ).trim();
  }

  /** This moment, by the server's clock, to the microsecond. */
  moment(): Promise<string> {
    return this.sql(`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`);
  }

  /** Returns what `commune recovery` prints, and its exit code. */
  recovery(...words: string[]) {
    return this.recovering.run(recoveryCommand, words);
  }

  /** Takes a restore point. @returns its id, or what was said instead. */
  async point(): Promise<string> {
    const { said } = await this.recovery("point", this.guest, "--service", "nextcloud");
    return /^nextcloud: (\S+-\d{6})$/.exec(said)?.[1] ?? said;
  }

  restore(...words: string[]) {
    const asked = [this.guest, "--service", "nextcloud", "--yes", ...words];
    return this.recovering.run(restoreCommand, asked);
  }

  /** Returns the status that the keeper of the database's log gives of itself; undefined while it does not run. */
  async status(): Promise<KeeperStatus | undefined> {
    const words = ["exec", "keeper-0", "--container=ship", "--", "cat", "/spool/status.json"];
    const text = await this.kubectl("-n", this.keeper, ...words).catch(() => "");
    return text === "" ? undefined : (JSON.parse(text) as KeeperStatus);
  }

  /** Waits for what the keeper says of itself. */
  until(is: (status: KeeperStatus) => boolean, seconds = 150): Promise<KeeperStatus> {
    return vi.waitFor(() => this.saying(is), { timeout: seconds * 1000, interval: 1000 });
  }

  /** Waits until all that was written until a moment, now where none is given, is in the vault. */
  async shipped(moment?: string, seconds = 180): Promise<KeeperStatus> {
    const at = Date.parse(moment ?? (await this.moment()));
    const isShipped = ({ shipped }: KeeperStatus) => shipped !== undefined && Date.parse(shipped.until) > at;
    const look = async () => {
      // The log has to reach beyond the moment.
      await this.sql("CREATE TABLE IF NOT EXISTS beats (n int); INSERT INTO beats VALUES (1)", "postgres");
      return this.saying(isShipped);
    };
    return vi.waitFor(look, { timeout: seconds * 1000, interval: 1000 });
  }

  private async saying(is: (status: KeeperStatus) => boolean): Promise<KeeperStatus> {
    const status = await this.status();
    if (status === undefined || !is(status)) throw new Error(JSON.stringify(status));
    return status;
  }
}
