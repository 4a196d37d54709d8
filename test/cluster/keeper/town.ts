import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import yaml from "js-yaml";
import { vi } from "vitest";
import { descriptorLabel } from "../../../components/federation/secrets.ts";
import { publicKeyOf } from "../../../components/foundation/multikey/multikey.ts";
import { deriveSecret } from "../../../components/foundation/seed/derive.ts";
import type { KeeperStatus } from "../../../components/recovery/keeper/settings.ts";
import type { Cluster } from "../../../local/cluster/index.ts";
import { rangeOf } from "../../../local/cluster/network.ts";
import { Project } from "../project.ts";

const host = "copy-town";
const guest = "spool-town";
const seed = Buffer.alloc(32, 11).toString("base64");
const publicKey = publicKeyOf(Buffer.from(deriveSecret(seed, guest, descriptorLabel), "base64url"));

const member = (id: string, insee: string) => ({
  ...{ name: id, insee, domain: `${id}.test`, contact: `numerique@${id}.test` },
});
const members = { [host]: member(host, "69029"), [guest]: { ...member(guest, "69123"), publicKey } };

/** A commune with a database, and one beside that keeps its copies: real PostgreSQL, real restic, the vault's own pods. */
export class CopiedTown {
  readonly project: Project;
  readonly guest = guest;
  readonly vaultNamespace = `${host}-vault-${guest}`;

  constructor(private readonly cluster: Cluster) {
    this.project = new Project(cluster.environment);
    writeFileSync(
      join(this.project.folder, "stacks", "federation.yaml"),
      yaml.dump({ name: "Essai", members }),
    );
  }

  /** Brings both up. */
  async begin(): Promise<void> {
    const hosted = { recovery: { host: { [guest]: { space: "4 GiB" } } } };
    this.write(host, { ...members[host], population: 900, ...hosted });
    this.declare();
    for (const id of [host, guest]) {
      await this.project.createStack(id, {
        privatePeers: rangeOf(this.cluster.layout.network.ingress),
        authority: readFileSync(this.cluster.caFile, "utf8"),
      });
    }
    const words = ["config", "set", "--secret", "commune:seed", "-s", guest];
    await this.project.pulumi(words, { input: seed });
    await this.project.up(host);
    await this.project.up(guest);
  }

  /** @param database more of its section. */
  declare(database: object = {}): void {
    const { publicKey: _, ...self } = members[guest] as ReturnType<typeof member> & { publicKey: string };
    this.write(guest, {
      ...self,
      population: 900,
      database: { storage: "1 GiB", ...database },
      nextcloud: { storage: "1 GiB", apps: [] },
      recovery: { rpo: "1 minute", vaults: [host] },
    });
  }

  /** Applies what is declared. */
  async up(): Promise<void> {
    await this.project.up(guest);
  }

  /** Who keeps the copies. */
  readonly host = host;

  async kubectl(...words: string[]): Promise<string> {
    const { stdout } = await execa("kubectl", words, { env: this.cluster.environment });
    return stdout;
  }

  /** Runs a shell line in the server's pod. */
  shell(line: string): Promise<string> {
    return this.kubectl(
      "-n",
      `${guest}-database`,
      "exec",
      "database-0",
      "-c",
      "postgresql",
      "--",
      "bash",
      "-ec",
      line,
    );
  }

  sql(statement: string): Promise<string> {
    return this.shell(`psql -U postgres nextcloud -v ON_ERROR_STOP=1 -Atc "${statement}"`);
  }

  async status(): Promise<KeeperStatus | undefined> {
    const words = ["exec", "keeper-0", "-c", "ship", "--", "cat", "/spool/status.json"];
    const text = await this.kubectl("-n", `${guest}-database-keeper`, ...words).catch(() => "");
    return text === "" ? undefined : (JSON.parse(text) as KeeperStatus);
  }

  /** Waits for what the keeper says of itself. */
  until(is: (status: KeeperStatus) => boolean, seconds = 150): Promise<KeeperStatus> {
    return vi.waitFor(
      async () => {
        const status = await this.status();
        if (status === undefined || !is(status)) throw new Error(JSON.stringify(status));
        return status;
      },
      { timeout: seconds * 1000, interval: 1000 },
    );
  }

  async end(): Promise<void> {
    await this.project.end(guest, host);
  }

  private write(id: string, declaration: object): void {
    this.project.declare(id, yaml.dump({ id, ...declaration }));
  }
}
