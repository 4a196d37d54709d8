import { execa, type ResultPromise } from "execa";
import type { Cluster } from "../../local/cluster/index.ts";
import { runningProcesses } from "../../local/cluster/supervisor.ts";

/** Ends of a wire: the cluster's names a link and its addresses, with the length of their ranges; so does the machine's. */
interface Ends {
  /** Link in the cluster's network. */
  name: string;
  gateways: readonly [string, ...string[]];
  addresses: readonly string[];
}

/**
 * A machine beside the cluster, on one wire with it: a network of its own, for whatever runs in it. Needs root. Network
 * and wire go when its process ends.
 */
export class Wire {
  private constructor(
    private readonly process: ResultPromise,
    /** Its process: programs that enter this one's network are on the machine. */
    readonly pid: number,
  ) {}

  /** @param command its process. */
  static async open(
    cluster: Cluster,
    { name, gateways, addresses }: Ends,
    command: readonly [string, ...string[]],
  ): Promise<Wire> {
    const init = runningProcesses(cluster.layout)?.init;
    if (init === undefined) throw new Error(`cluster "${cluster.name}" is not up`);
    const enter = (pid: number, ...words: string[]) => execa("nsenter", ["-t", String(pid), "-n", ...words]);
    const process = enter(init, "unshare", "-n", ...command);
    process.catch(() => undefined);
    const { pid } = process;
    if (pid === undefined) throw new Error("the machine beside the cluster did not start");
    // `unshare` has made the network once its command runs in its place.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const peer = `${name}-end`;
    await enter(
      init,
      ...["ip", "link", "add", name, "type", "veth", "peer", "name", peer, "netns", String(pid)],
    );
    for (const address of gateways) await enter(init, "ip", "address", "add", address, "dev", name);
    await enter(init, "ip", "link", "set", name, "up");
    for (const address of addresses) await enter(pid, "ip", "address", "add", address, "dev", peer);
    for (const link of ["lo", peer]) await enter(pid, "ip", "link", "set", link, "up");
    await enter(pid, "ip", "route", "add", "default", "via", gateways[0].replace(/\/.*/, ""));
    return new Wire(process, pid);
  }

  async close(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.process.catch(() => undefined);
  }
}
