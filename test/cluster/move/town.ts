import { join } from "node:path";
import type { Cluster } from "../../../local/cluster/index.ts";
import { askEngine } from "../../../scripts/engine.ts";
import { type StackSeed, stackSeed } from "../../../scripts/recovery/kit/stack-seed.ts";
import { recoveryCommand } from "../../../scripts/recovery.ts";
import type { Surroundings } from "../../../scripts/relocate/prepare.ts";
import { putAside } from "../../../scripts/relocate/state.ts";
import { relocateCommand } from "../../../scripts/relocate.ts";
import { type Stack, settingsFile, settingsIn } from "../../../scripts/stack.ts";
import { Metropolis, smallServices } from "../federation/metropolis.ts";
import type { Project } from "../project.ts";
import { Recovering, saidBy } from "../recovering.ts";

/** The commune that moves. */
export const commune = "millery";
/** The commune that keeps its copies, and is linked with it. */
export const host = "vernaison";
/** Name in the directory below which its people are. */
export const suffix = `dc=${commune},dc=test`;

const members = [
  { id: commune, insee: "69133", domain: `${commune}.test` },
  { id: host, insee: "69260", domain: `${host}.test` },
];
const ids = members.map(({ id }) => id);

/** A commune with all services and a directory, and one that keeps its copies; both brought up once. */
export class Town {
  readonly metropolis: Metropolis;
  private recovered: Recovering | undefined;

  constructor(readonly cluster: Cluster) {
    this.metropolis = new Metropolis(cluster, members);
  }

  get project(): Project {
    return this.metropolis.project;
  }

  get recovering(): Recovering {
    if (this.recovered === undefined) throw new Error(`${commune} is not up`);
    return this.recovered;
  }

  get stack(): Stack {
    return this.recovering.surroundings.stackOf();
  }

  get seed(): StackSeed {
    return stackSeed(this.project, commune);
  }

  async begin(): Promise<void> {
    const { metropolis, project } = this;
    metropolis.know({ [commune]: { stack: commune } });
    const own = { directory: {}, recovery: { vaults: [host] } };
    metropolis.declare(commune, { with: "all" }, { ...smallServices, ...own });
    const room = { recovery: { host: { [commune]: { space: "2 GiB" } } } };
    metropolis.declare(host, { with: "all" }, { nextcloud: smallServices.nextcloud, ...room });
    for (const id of ids) await metropolis.createStack(id);
    for (const id of ids) await project.up(id);
    this.recovered = await Recovering.of(this.cluster, metropolis, commune);
  }

  async end(): Promise<void> {
    await this.recovered?.end();
    await this.project.end(...ids);
  }

  kubectl(...words: readonly string[]): Promise<string> {
    return this.metropolis.kubectl(...words);
  }

  /** Runs a shell line where the people's directory is. */
  inDirectory(script: string): Promise<string> {
    const where = ["-n", `${commune}-directory`, "exec", "directory-0", "--container=slapd"];
    return this.kubectl(...where, "--", "bash", "-euo", "pipefail", "-c", script);
  }

  /** Returns what `commune recovery` prints, and its exit code. */
  recovery(...words: string[]) {
    return this.recovering.run(recoveryCommand, words);
  }

  /** Returns what `commune relocate` prints. */
  async relocate(...words: string[]): Promise<string> {
    return (await saidBy(relocateCommand(this.moving), [commune, ...words])).said;
  }

  /** Surroundings of a move; the stack's outputs are others afterwards. */
  get moving(): Surroundings {
    const { project } = this;
    return {
      ...this.recovering.surroundings,
      seedOf: () => this.seed,
      settingsOf: () => this.settings,
      putAside: (id) =>
        putAside((words, input) => askEngine(project, words, input), id, join(project.folder, "aside")),
    };
  }

  /** The settings in the stack's file. */
  get settings(): Record<string, string> {
    return settingsIn(settingsFile(commune, this.project.folder));
  }
}
