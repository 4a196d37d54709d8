import type { Cluster } from "../../../local/cluster/index.ts";
import { Wire } from "../wire.ts";

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
 * A network beside the cluster's, where something listens: without it, a closed way and a way into nowhere would look the
 * same. Needs root.
 */
export const openOutside = (cluster: Cluster): Promise<Wire> =>
  Wire.open(
    cluster,
    {
      name: "outside",
      gateways: ["203.0.113.1/24", "192.168.77.1/24"],
      addresses: [`${outside.public}/24`, `${outside.private}/24`],
    },
    [process.execPath, "-e", listen(outside.ports)],
  );
