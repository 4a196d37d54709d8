import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { groupProcesses } from "../../../local/cluster/cgroups.ts";
import type { NodeLayout } from "../../../local/cluster/layout.ts";
import type { Acknowledged } from "./acknowledged.ts";

/** Table of the rows that servers are asked for. */
export const askedTable = "CREATE TABLE asked (number bigint PRIMARY KEY)";

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
async function acknowledges(pid: number, number: number): Promise<boolean> {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const program = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0] ?? "";
  const user = /^Uid:\t(\d+)/m.exec(status)?.[1] ?? "";
  const { failed } = await execa(
    "nsenter",
    [
      ...[`--target=${pid}`, "--mount", "--net", "--ipc", "--pid", `--setuid=${user}`, "--"],
      ...["timeout", String(patience), program.replace(/postgres$/, "psql")],
      ...[
        "--username=postgres",
        "--dbname=postgres",
        "--quiet",
        "--no-psqlrc",
        `--command=INSERT INTO asked VALUES (${number})`,
      ],
    ],
    { reject: false, timeout: (patience + 1) * 1000, killSignal: "SIGKILL" },
  );
  return !failed;
}

/** Asks every PostgreSQL server of some nodes for a write, each again and again, until it is stopped. */
export class Servers {
  readonly writes: Acknowledged[] = [];
  private readonly loops: Promise<void>[];
  private asked = 0;
  private stopping = false;

  constructor(nodes: readonly NodeLayout[]) {
    this.loops = nodes.map((node) => this.ask(node));
  }

  /** The node whose server acknowledged last. */
  get writable(): string {
    return this.writes.at(-1)?.node ?? "";
  }

  /** Ends after what is under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.loops);
  }

  private async ask(node: NodeLayout): Promise<void> {
    while (!this.stopping) {
      const each = postmastersOn(node).map(async (pid) => {
        const number = ++this.asked;
        const asked = Date.now();
        if (await acknowledges(pid, number).catch(() => false))
          this.writes.push({ number, node: node.name, asked, at: Date.now() });
      });
      await Promise.all(each);
      await sleep(pause);
    }
  }
}
