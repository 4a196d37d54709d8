import { execa } from "execa";
import type { Cluster } from "../../../local/cluster/index.ts";
import { olderRecipes } from "../../../local/images/images.ts";
import { buildImages } from "../../../local/images/index.ts";
import { buildToolchain } from "../../../local/toolchain/index.ts";
import { Project } from "../project.ts";
import { OutsideServer } from "./outside-server.ts";

/** The services of the commune whose rows are outside. */
export const services = ["nextcloud", "mastodon", "peertube"];

/** A commune whose rows are on somebody else's server, and one with its own of an old major version: brought up at once. */
export class Town {
  /** Its rows are outside, those of three services. */
  readonly guest = "tenant-town";
  /** Its server is its own, with the rows of Nextcloud. */
  readonly owner = "archive-town";
  readonly server: OutsideServer;
  readonly project: Project;

  constructor(readonly cluster: Cluster) {
    this.server = new OutsideServer(cluster.environment, "lab-postgresql", services);
    this.project = new Project(cluster.environment);
  }

  async begin(): Promise<void> {
    const { guest, owner, server, project, cluster } = this;
    const silent = { report: () => undefined, signal: new AbortController().signal };
    const [toolchain, images] = [await buildToolchain(silent), await buildImages(silent, olderRecipes)];
    await cluster.up({ toolchain, images, domains: [], ...silent });
    this.declare(
      guest,
      `database: { external: { host: ${server.host} } }
nextcloud: { storage: 1 GiB, apps: [] }
mastodon: {}
peertube: {}`,
    );
    this.declareOwn('{ version: "15" }');
    await project.createStack(owner);
    await project.createStack(guest, { authority: await server.open() });
    for (const name of services) {
      const key = `commune:database-${name}-password`;
      await project.succeed("config", "set", "--secret", key, server.passwordOf(name), "-s", guest);
    }
    await project.compile();
    await Promise.all([project.up(guest), project.up(owner)]);
  }

  /** Declares what the commune with its own server says of it. */
  declareOwn(database: string): void {
    this.declare(this.owner, `database: ${database}\nnextcloud: { storage: 1 GiB, apps: [] }`);
  }

  private declare(commune: string, sections: string): void {
    this.project.declare(
      commune,
      `id: ${commune}
name: Bron
insee: "69029"
domain: ${commune}.test
population: 900
contact: numerique@${commune}.test
${sections}
`,
    );
  }

  async kubectl(...words: readonly string[]): Promise<string> {
    return (await execa("kubectl", [...words], { env: this.cluster.environment })).stdout;
  }

  /** Returns what a command in a container says, and whether it fails. */
  async within(namespace: string, workload: string, container: string, command: readonly string[]) {
    const { all, exitCode } = await execa(
      "kubectl",
      ["exec", "-n", namespace, workload, "-c", container, "--", ...command],
      { env: this.cluster.environment, all: true, reject: false },
    );
    return { said: String(all), failed: exitCode !== 0 };
  }

  async end(): Promise<void> {
    await this.project.end(this.guest, this.owner);
    await this.server.close();
  }
}
