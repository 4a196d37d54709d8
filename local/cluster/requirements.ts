import { existsSync } from "node:fs";
import { execaSync } from "execa";
import type { Layout } from "./layout.ts";

// sun_path of unix(7) holds 108 bytes; the longest socket below a state folder is the supervisor's.
const longestSocket = "/services/kube-controller-manager/supervise/control".length;
const socketLimit = 108;

/** Throws one sentence when this machine cannot run a cluster: not Linux, not root, a path that is too long. */
export function checkMachine(
  layout: Layout,
  platform = process.platform,
  uid = process.getuid?.() ?? -1,
): void {
  if (platform !== "linux") throw new Error(`the local cluster needs Linux; this machine runs ${platform}.`);
  if (uid !== 0) {
    throw new Error(
      "the local cluster needs root, to create namespaces and control groups: run this command with sudo.",
    );
  }
  if (Buffer.byteLength(layout.root) + longestSocket > socketLimit) {
    throw new Error(
      `the state folder's path is too long (${layout.root}): set COMMUNE_STATE to a folder of at most ${socketLimit - longestSocket - layout.name.length - 1} characters.`,
    );
  }
  if (!existsSync("/proc/sys/net/bridge/bridge-nf-call-iptables")) {
    const loaded = execaSync("modprobe", ["br_netfilter"], { reject: false });
    if (loaded.failed) {
      throw new Error(
        "the kernel has no br_netfilter, which network policies need: load or build that module.",
      );
    }
  }
}
