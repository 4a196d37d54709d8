import { copyFileSync, existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Toolchain } from "../toolchain/index.ts";
import { createCgroups, limitCgroup } from "./cgroups.ts";
import { containerdSocket, importImages, type LocalImage } from "./images.ts";
import type { Layout, MachineFolders, NodeLayout } from "./layout.ts";
import { nodeCommand } from "./machine.ts";
import { nodeServices, serviceCommands } from "./services.ts";
import { type Commands, control, firstProcess, writeServices } from "./supervisor.ts";
import { until } from "./wait.ts";

/** What bringing nodes up is done with. */
interface Means {
  toolchain: Toolchain;
  report: (line: string) => void;
  signal?: AbortSignal | undefined;
}

/** Folders of containerd's whose files never change once they are there. */
const unchanging: readonly string[] = [
  "io.containerd.content.v1.content/blobs",
  "io.containerd.snapshotter.v1.overlayfs/snapshots",
];

/** The control plane's containerd, which runs only while images are unpacked for the first time. */
const unpacking = "containerd";

/**
 * Writes the services of nodes that are apart. Returns the commands of what the control plane runs for them when it is
 * told to: the machine of each, and what unpacks images.
 */
export function writeNodes(layout: Layout): Commands {
  if (!layout.several) return {};
  const commands = layout.nodes.map((node): [string, readonly string[]] => {
    const all = serviceCommands(layout, node);
    writeServices(node, Object.fromEntries(nodeServices.map((service) => [service, all[service]])));
    return [node.name, nodeCommand(layout, node, roomFor(layout, node))];
  });
  return {
    [unpacking]: serviceCommands(layout, layout.nodes[0]).containerd,
    ...Object.fromEntries(commands),
  };
}

/** Makes a node's control groups, with its limits, and returns the folders of those that its services join. */
function roomFor({ several }: Layout, { cgroup }: NodeLayout): string[] {
  const folders = createCgroups(cgroup);
  if (several) limitCgroup(cgroup, several);
  return folders;
}

/** Starts a node that is apart, and returns when its first process runs. Throws when it does not. */
export async function switchOn(layout: Layout, node: NodeLayout, signal?: AbortSignal): Promise<void> {
  roomFor(layout, node);
  const what = `${node.name} does not start`;
  await until(layout, { what, service: node.name, timeout: 20_000, signal }, async () => {
    if (firstProcess(layout, node) !== undefined) return true;
    await control(layout, node.name, ["-u"]);
    return undefined;
  });
}

/** Returns when a machine's containerd answers, with its socket. */
export async function containerdOf(
  machine: MachineFolders,
  first: number | undefined,
  { toolchain, signal }: Means,
): Promise<string> {
  const awaited = { what: "containerd does not answer", service: "containerd", timeout: 30_000, signal };
  if (first === undefined) throw new Error(`${machine.root} has no processes: its machine is down.`);
  const socket = containerdSocket(first);
  await until(machine, awaited, async () => {
    if (!existsSync(socket)) return undefined;
    await execa(toolchain.bin("ctr"), ["--address", socket, "version"]);
    return true;
  });
  return socket;
}

/**
 * Unpacks the images once, by a containerd of the control plane, and gives each new node a store whose large files are
 * links to these: three nodes need hardly more disk than one. Does nothing once the nodes have stores.
 *
 * @param first process of the control plane.
 */
export async function shareImages(
  layout: Layout,
  first: number,
  images: readonly LocalImage[],
  means: Means,
): Promise<void> {
  const bare = layout.several ? layout.nodes.filter((node) => !existsSync(storeOf(node))) : [];
  if (bare.length === 0) return;
  const what = "the control plane's containerd does not start";
  await until(layout, { what, service: unpacking, timeout: 20_000, signal: means.signal }, async () => {
    await control(layout, unpacking, ["-u"]);
    return true;
  });
  const socket = await containerdOf(layout, first, means);
  await importImages({ socket, imported: layout.imported }, means.toolchain, images, means.report);
  await control(layout, unpacking, ["-wd", "-T", "20000", "-d"]);
  for (const node of bare) {
    means.report(`images of ${node.name}`);
    await copyStore(storeOf(layout), storeOf(node));
    copyFileSync(layout.imported, node.imported);
  }
  rmSync(storeOf(layout), { recursive: true });
}

const storeOf = ({ varLib }: MachineFolders): string => join(varLib, "containerd");

/** Copies a store of images: links of what never changes, copies of the rest. The copy is there whole or not at all. */
async function copyStore(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`;
  rmSync(partial, { recursive: true, force: true });
  await execa("cp", ["--archive", "--link", from, partial]);
  ownFiles(partial, "");
  renameSync(partial, to);
}

/** Makes files of a folder its own that are links to others', but for those that never change. */
function ownFiles(root: string, below: string): void {
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (unchanging.includes(path)) continue;
    if (entry.isDirectory()) ownFiles(root, path);
    if (!entry.isFile()) continue;
    const file = join(root, path);
    copyFileSync(file, `${file}.own`);
    renameSync(`${file}.own`, file);
  }
}
