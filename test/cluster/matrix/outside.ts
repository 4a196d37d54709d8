import { execa, type ResultPromise } from "execa";
import type { Cluster } from "../../../local/cluster/index.ts";
import { runningProcesses } from "../../../local/cluster/supervisor.ts";

/** Machines that are not in the cluster, and the ports on which they listen. */
export const outside = {
  /** Nobody's: kept for documentation by RFC 5737, and no private address to any rule. */
  public: "203.0.113.10",
  /** Such as a printer of the town hall has. */
  private: "192.168.77.10",
  ports: [25, 80, 443, 5432],
} as const;

const listen = (ports: readonly number[]) =>
  `for (const port of ${JSON.stringify(ports)}) require("node:net").createServer((s) => s.end()).listen(port, "0.0.0.0");`;

/**
 * A network beside the cluster's, on one wire with it, where something listens: without it, a closed way and a way
 * into nowhere would look the same. Needs root. Everything goes when the process ends.
 */
export class Outside {
  private constructor(private readonly listener: ResultPromise) {}

  static async open(cluster: Cluster): Promise<Outside> {
    const init = runningProcesses(cluster.layout)?.init;
    if (init === undefined) throw new Error(`cluster "${cluster.name}" is not up`);
    const enter = (pid: number, ...command: string[]) =>
      execa("nsenter", ["-t", String(pid), "-n", ...command]);
    const listener = enter(init, "unshare", "-n", process.execPath, "-e", listen(outside.ports));
    listener.catch(() => undefined);
    const { pid } = listener;
    if (pid === undefined) throw new Error("the machine outside did not start");
    // `unshare` has made the network once node runs in its place.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await enter(
      init,
      "ip",
      "link",
      "add",
      "outside",
      "type",
      "veth",
      "peer",
      "name",
      "inside",
      "netns",
      String(pid),
    );
    const gateways = ["203.0.113.1/24", "192.168.77.1/24"];
    for (const address of gateways) await enter(init, "ip", "address", "add", address, "dev", "outside");
    await enter(init, "ip", "link", "set", "outside", "up");
    for (const address of [outside.public, outside.private])
      await enter(pid, "ip", "address", "add", `${address}/24`, "dev", "inside");
    await enter(pid, "ip", "link", "set", "inside", "up");
    await enter(pid, "ip", "route", "add", "default", "via", "203.0.113.1");
    return new Outside(listener);
  }

  async close(): Promise<void> {
    this.listener.kill("SIGKILL");
    await this.listener.catch(() => undefined);
  }
}
