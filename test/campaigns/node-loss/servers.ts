import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { groupProcesses } from "../../../local/cluster/cgroups.ts";
import type { NodeLayout } from "../../../local/cluster/layout.ts";

/** One round of asking every server for a write: who acknowledged it, by their nodes. */
interface Round {
  at: number;
  acknowledged: string[];
}

/** Table of the rounds' rows. */
export const roundsTable = "CREATE TABLE rounds (at timestamptz NOT NULL DEFAULT now())";
const write = "INSERT INTO rounds DEFAULT VALUES";

/** Seconds after which a server that does not acknowledge is given up. */
const patience = 3;
const pause = 500;

/** The first processes of PostgreSQL on a node: its children say what they do in the place of their options. */
function postmastersOn({ cgroup }: NodeLayout): number[] {
  return groupProcesses(cgroup).filter((pid) => {
    try {
      const [program = "", ...words] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return program.endsWith("/bin/postgres") && words.includes("-D");
    } catch {
      return false;
    }
  });
}

/**
 * Whether a server acknowledges a write. It is asked from inside its pod, from this machine: of a node that nobody reaches,
 * Kubernetes would say nothing.
 */
async function acknowledges(pid: number): Promise<boolean> {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const program = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0] ?? "";
  const user = /^Uid:\t(\d+)/m.exec(status)?.[1] ?? "";
  const { failed } = await execa(
    "nsenter",
    [
      ...[`--target=${pid}`, "--mount", "--net", "--ipc", "--pid", `--setuid=${user}`, "--"],
      ...["timeout", String(patience), program.replace(/postgres$/, "psql")],
      ...["--username=postgres", "--dbname=postgres", "--quiet", "--no-psqlrc", "--command", write],
    ],
    { reject: false, timeout: (patience + 1) * 1000, killSignal: "SIGKILL" },
  );
  return !failed;
}

/** Asks every PostgreSQL server of some nodes for a write, again and again, until it is stopped. */
export class Servers {
  private readonly rounds: Round[] = [];
  private readonly loop: Promise<void>;
  private stopping = false;

  constructor(private readonly nodes: readonly NodeLayout[]) {
    this.loop = this.ask();
  }

  /** Number of rounds so far. */
  get asked(): number {
    return this.rounds.length;
  }

  /** The nodes whose server acknowledged in the last round. */
  get writable(): readonly string[] {
    return this.rounds.at(-1)?.acknowledged ?? [];
  }

  /** Seconds from a moment until a server acknowledged a write that it was asked for afterwards; undefined if none did. */
  gapSince(moment: number): number | undefined {
    const found = this.rounds.find(({ at, acknowledged }) => at >= moment && acknowledged.length > 0);
    return found && (found.at - moment) / 1000;
  }

  /** Rounds in which more than one server acknowledged, a sentence each. */
  twice(): string[] {
    return this.rounds
      .filter(({ acknowledged }) => acknowledged.length > 1)
      .map(
        ({ at, acknowledged }) => `${new Date(at).toISOString()}: ${acknowledged.join(" and ")} took writes`,
      );
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.loop;
  }

  private async ask(): Promise<void> {
    while (!this.stopping) {
      const at = Date.now();
      const each = this.nodes.map(async (node) => {
        const answers = await Promise.all(
          postmastersOn(node).map((pid) => acknowledges(pid).catch(() => false)),
        );
        return answers.some(Boolean) ? [node.name] : [];
      });
      this.rounds.push({ at, acknowledged: (await Promise.all(each)).flat() });
      await sleep(pause);
    }
  }
}
