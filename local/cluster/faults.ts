import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { Api } from "./api.ts";
import { freeze, groupProcesses, isFrozen, removeCgroups, thaw } from "./cgroups.ts";
import type { Layout, NodeLayout } from "./layout.ts";
import { switchOn } from "./nodes.ts";
import { control, firstProcess, runningProcesses } from "./supervisor.ts";
import { until } from "./wait.ts";

const killTimeoutMs = 10_000;
const readyTimeoutMs = 120_000;

const nothing = "Nothing was changed.";

/** State of one of several nodes: of its machine, and what the control plane thinks of it. */
export interface NodeState {
  name: string;
  isUp: boolean;
  isFrozen: boolean;
  isCutOff: boolean;
  isReady: boolean;
  isCordoned: boolean;
}

/** Returns the node that somebody names, such as `2` or `node-2`. Throws a sentence with the nodes that there are. */
export function nodeNamed({ name, several, nodes }: Layout, text: string): NodeLayout {
  if (!several)
    throw new Error(
      `cluster "${name}" has one node, which is all of it: "npx commune local up --cluster trois --nodes 3" makes one with three. ${nothing}`,
    );
  const node = nodes.find((each) => each.name === text || each.name === `node-${text}`);
  if (node) return node;
  throw new Error(
    `cluster "${name}" has no node "${text}": its nodes are ${nodes.map((each) => each.name).join(", ")}. ${nothing}`,
  );
}

/** Returns the node that somebody names, of a cluster that runs. Throws a sentence if there is none. */
export function runningNode(layout: Layout, text: string): NodeLayout {
  const node = nodeNamed(layout, text);
  if (runningProcesses(layout)) return node;
  const { name } = layout;
  throw new Error(
    `cluster "${name}" is down: start it with "npx commune local up --cluster ${name}". ${nothing}`,
  );
}

/** Returns the state of each of several nodes of a cluster that runs. */
export async function nodeStates(layout: Layout, api: Api): Promise<NodeState[]> {
  const unknown = { isReady: false, isCordoned: false };
  return Promise.all(
    layout.nodes.map(async (node) => ({
      name: node.name,
      isUp: firstProcess(layout, node) !== undefined,
      isFrozen: isFrozen(node.cgroup),
      isCutOff: await isCutOff(layout, node),
      ...(await api.nodeState(node.name).catch(() => unknown)),
    })),
  );
}

/** Ends every process of a node at once, as a loss of power does. Throws if it is down. */
export async function killNode(layout: Layout, node: NodeLayout): Promise<void> {
  refuseDown(layout, node, "it cannot be killed");
  // Once at most: its supervisor leaves it down.
  await control(layout, node.name, ["-O", "-k"]);
  // A frozen process ends when it goes on (cgroup v1).
  thaw(node.cgroup);
  const deadline = Date.now() + killTimeoutMs;
  while (groupProcesses(node.cgroup).length > 0) {
    if (Date.now() > deadline) throw new Error(`${node.name} still has processes: ${node.cgroup}.`);
    await sleep(50);
  }
  await removeCgroups(node.cgroup);
}

/**
 * Stops every process of a node where it is; its kernel goes on, as that of a machine that hangs. Throws if it is down or
 * frozen.
 */
export async function freezeNode(layout: Layout, node: NodeLayout): Promise<void> {
  refuseDown(layout, node, "it cannot be frozen");
  if (isFrozen(node.cgroup)) throw new Error(`${node.name} is frozen already. ${nothing}`);
  await freeze(node.cgroup);
}

/** Takes the link of a node down: all runs on, and nobody hears of it. Throws if it is down or cut off. */
export async function partitionNode(layout: Layout, node: NodeLayout): Promise<void> {
  refuseDown(layout, node, "it cannot be cut off");
  if (await isCutOff(layout, node)) throw new Error(`${node.name} is cut off already. ${nothing}`);
  await inControlPlane(layout, "ip", "link", "set", node.name, "down");
}

/** Undoes what befell a node's machine, and returns when the node is Ready: at once if nothing did. */
export async function restoreMachine(
  layout: Layout,
  node: NodeLayout,
  api: Api,
  signal?: AbortSignal,
): Promise<void> {
  // Kubernetes writes whole seconds.
  const since = Math.floor(Date.now() / 1000) * 1000;
  const wasDown = firstProcess(layout, node) === undefined;
  if (!wasDown && !isFrozen(node.cgroup) && !(await isCutOff(layout, node))) return;
  thaw(node.cgroup);
  if (wasDown) await switchOn(layout, node, signal);
  else await inControlPlane(layout, "ip", "link", "set", node.name, "up");
  const awaited = { what: `${node.name} is not Ready`, service: "kubelet", timeout: readyTimeoutMs, signal };
  await until(node, awaited, () =>
    wasDown ? api.nodeIsReady(node.name, since) : api.nodeIsBack(node.name, since),
  );
}

function refuseDown(layout: Layout, node: NodeLayout, what: string): void {
  if (firstProcess(layout, node) !== undefined) return;
  throw new Error(
    `${node.name} is down, ${what}: start it with "npx commune local node start ${node.name} --cluster ${layout.name}". ${nothing}`,
  );
}

/** Whether the control plane's end of a node's link was taken down. A node that is down has none. */
async function isCutOff(layout: Layout, node: NodeLayout): Promise<boolean> {
  if (firstProcess(layout, node) === undefined) return false;
  const { stdout } = await inControlPlane(layout, "ip", "-json", "link", "show", node.name);
  const [link] = JSON.parse(stdout) as { flags: string[] }[];
  return !link?.flags.includes("UP");
}

function inControlPlane(layout: Layout, program: string, ...words: string[]) {
  const init = runningProcesses(layout)?.init;
  if (init === undefined) throw new Error(`cluster "${layout.name}" is down.`);
  return execa("nsenter", [`--target=${init}`, "--net", "--", program, ...words]);
}
