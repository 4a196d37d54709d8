import { join } from "node:path";
import type { Toolchain } from "../toolchain/index.ts";
import { createCgroups } from "./cgroups.ts";
import {
  inside,
  type Layout,
  type MachineFolders,
  machineFolders,
  type NodeLayout,
  nodeFolder,
  programsInside,
} from "./layout.ts";
import { type IpFamily, onLink, rangeOf } from "./network.ts";
import { helperPrograms, nodeServices, type ServiceName, serviceCommands } from "./services.ts";

/** The program that makes a machine's namespaces. */
const maker = "namespace";

/** The bridge in the control plane's network that joins it and its nodes. */
const bridge = "nodes0";

/** Settings of the kernel of a node that forwards packets. */
const forwarding: Record<IpFamily, string[]> = {
  ipv4: ["net.ipv4.ip_forward=1", "net.bridge.bridge-nf-call-iptables=1"],
  ipv6: ["net.ipv6.conf.all.forwarding=1", "net.bridge.bridge-nf-call-ip6tables=1"],
};

/** What passes between nodes on the bridge is not the control plane's to filter. */
const bridging = ["net.bridge.bridge-nf-call-iptables=0", "net.bridge.bridge-nf-call-ip6tables=0"];

// What the kubelet wants these settings to be; they are the host's, so it sees files of ours in their place.
const kernelSettings: Record<string, string> = {
  "/proc/sys/vm/overcommit_memory": "1",
  "/proc/sys/vm/panic_on_oom": "0",
  "/proc/sys/kernel/panic": "10",
  "/proc/sys/kernel/panic_on_oops": "1",
  "/proc/sys/kernel/keys/root_maxkeys": "1000000",
  "/proc/sys/kernel/keys/root_maxbytes": "25000000",
};

/** Services inside a cluster's namespaces, and their access from outside. */
export interface Inside {
  services: readonly ServiceName[];
  /** Addresses with ports of the host, and what inside answers there. */
  forwards: Readonly<Record<string, string>>;
}

/** Arguments of the program `namespace` for the machine of the control plane, which is also the one node's. */
export function controlPlaneArguments(
  layout: Layout,
  { services, forwards }: Inside,
  toolchain: Toolchain,
): string[] {
  const programs = new Set([
    ...programsOf(layout, services),
    ...(layout.several ? nodePrograms(layout) : []),
  ]);
  return [
    ...Object.entries(forwards).flatMap(([outside, within]) => ["--forward", `${outside}=${within}`]),
    ...mountFlags(layout, [...programs], (program) => toolchain.bin(program)),
    ...(layout.several ? bridgeFlags(layout) : aloneFlags(layout)),
    ...["--hostname", layout.name],
    ...createCgroups(layout.cgroup).flatMap((folder) => ["--cgroup", folder]),
    ...supervision,
  ];
}

/**
 * The command, inside the control plane's machine, that is the machine of one of its nodes.
 *
 * @param cgroups folders of the control groups that its services join.
 */
export function nodeCommand(layout: Layout, node: NodeLayout, cgroups: readonly string[]): string[] {
  const { network, nodes } = layout;
  const others = nodes.filter(({ name }) => name !== node.name);
  const folders = machineFolders(nodeFolder(inside, node.name));
  return [
    maker,
    ...mountFlags(folders, programsOf(layout, nodeServices), (program) => join(programsInside, program)),
    ...forwarding[network.family].flatMap((value) => ["--sysctl", value]),
    ...["--link", `${bridge}=${onLink(node.address)}`, "--route", network.services],
    ...nextHops(others),
    ...["--hostname", node.name],
    ...cgroups.flatMap((folder) => ["--cgroup", folder]),
    ...supervision,
  ];
}

const supervision = ["--", "s6-svscan", `${inside}/services`];

const programsOf = (layout: Layout, services: readonly ServiceName[]): string[] => {
  const commands = serviceCommands(layout, layout.nodes[0]);
  return [...services.map((service) => commands[service][0] ?? ""), ...helperPrograms];
};

const nodePrograms = (layout: Layout): string[] => [maker, ...programsOf(layout, nodeServices)];

function mountFlags(
  { root, varLib, varLog }: MachineFolders,
  programs: readonly string[],
  pathOf: (program: string) => string,
): string[] {
  return [
    ...["/run", "/tmp"].flatMap((folder) => ["--tmpfs", folder]),
    ...[
      `${root}=${inside}`,
      `${varLib}=/var/lib`,
      `${varLog}=/var/log`,
      ...programs.map((program) => `${pathOf(program)}=${programsInside}/${program}`),
    ].flatMap((bind) => ["--bind", bind]),
    ...Object.entries(kernelSettings).flatMap(([file, value]) => ["--value", `${file}=${value}`]),
  ];
}

const aloneFlags = ({ network }: Layout): string[] => [
  ...forwarding[network.family].flatMap((value) => ["--sysctl", value]),
  ...["--address", rangeOf(network.node), "--route", network.services],
];

const bridgeFlags = ({ network, nodes }: Layout): string[] => [
  ...bridging.flatMap((value) => ["--sysctl", value]),
  ...["--bridge", `${bridge}=${onLink(network.node)}`, "--route", network.services],
  ...nextHops(nodes),
];

const nextHops = (nodes: readonly NodeLayout[]): string[] =>
  nodes.flatMap(({ pods, address }) => ["--next-hop", `${pods}=${address}`]);
