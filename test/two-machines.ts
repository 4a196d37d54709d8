import { type ChildProcess, spawn } from "node:child_process";
import { readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";

/** A process that has a network namespace to itself, which is there as long as it is. */
async function networkNamespace(): Promise<ChildProcess & { pid: number }> {
  const holder = spawn("unshare", ["--net", "sleep", "600"], { stdio: "ignore" });
  const { pid } = holder;
  if (pid === undefined) throw new Error("unshare of util-linux cannot be started");
  const own = readlinkSync("/proc/self/ns/net");
  while (readlinkSync(`/proc/${pid}/ns/net`) === own) {
    if (holder.exitCode !== null) throw new Error("a network namespace needs root");
    await sleep(20);
  }
  return Object.assign(holder, { pid });
}

const clientAddress = "10.213.0.1";

/** Two machines on this one, a client's and a server's, joined by a cable; each a network namespace. */
export class TwoMachines {
  /** Address of the server. */
  readonly address = "10.213.0.2";

  private constructor(
    private readonly client: { pid: number; kill(): boolean },
    private readonly server: { pid: number; kill(): boolean },
  ) {}

  static async open(): Promise<TwoMachines> {
    const machines = new TwoMachines(await networkNamespace(), await networkNamespace());
    const { client, server, address } = machines;
    await inNamespace(client.pid, `ip link add cable type veth peer name cable netns ${server.pid}`);
    for (const [pid, own] of [
      [client.pid, clientAddress],
      [server.pid, address],
    ] as const) {
      await inNamespace(pid, `ip address add ${own}/24 dev cable`);
      for (const link of ["lo", "cable"]) await inNamespace(pid, `ip link set ${link} up`);
    }
    return machines;
  }

  /** Words before a command that is run at the server. */
  get atServer(): string[] {
    return words(this.server.pid);
  }

  /** Words before a command that is run at the client. */
  get atClient(): string[] {
    return words(this.client.pid);
  }

  /** Loses the server without a word, as when its node is switched off: nothing comes from it any more. */
  async lose(): Promise<void> {
    await inNamespace(this.server.pid, `ip route add blackhole ${clientAddress}/32`);
  }

  close(): void {
    for (const machine of [this.client, this.server]) machine.kill();
  }
}

function words(pid: number): string[] {
  return ["nsenter", `--net=/proc/${pid}/ns/net`];
}

async function inNamespace(pid: number, command: string): Promise<void> {
  const [program = "", ...rest] = [...words(pid), ...command.split(" ")];
  await execa(program, rest);
}
