import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { z } from "zod";

/** The most nodes that one machine is divided into. */
export const mostNodes = 9;

const gibibyte = 1024 ** 3;

/** Memory that stays for the control plane and the rest of this machine. */
const apart = 2 * gibibyte;

/** Least memory of a node: its own programs take 0.3 GiB, small pods the rest. */
const leastMemory = gibibyte;

/** Memory of a node that its kubelet gives to no pod: its own four programs take about 0.3 GiB. */
const programsOfNode = gibibyte / 2;

const severalSchema = z.object({
  /** Number of nodes. */
  count: z.int().min(2).max(mostNodes),
  /** Bytes that a node's processes may use together. */
  memory: z.int().positive(),
  /** Processors that they may use; undefined if they share all of this machine's. */
  processors: z.number().positive().optional(),
});

/** Nodes that have namespaces of their own, and what each may use. Decided at the first `up`, kept until `reset`. */
export type SeveralNodes = z.infer<typeof severalSchema>;

/** What somebody asks of a cluster's nodes. */
export interface AskedNodes {
  count?: number | undefined;
  memory?: number | undefined;
  processors?: number | undefined;
}

/** Processors and bytes of memory of a machine. */
interface Power {
  processors: number;
  memory: number;
}

const thisMachine = (): Power => ({ processors: availableParallelism(), memory: totalmem() });

/**
 * Returns the nodes of a cluster; undefined if it has one, which has no limits. Those of a new cluster share what this
 * machine has beside 2 GiB. Throws when a cluster that exists has others, or when this machine is too small.
 *
 * @param file that keeps them, and whether the cluster was up before.
 */
export function severalNodes(
  name: string,
  file: string,
  exists: boolean,
  asked: AskedNodes = {},
  machine: Power = thisMachine(),
): SeveralNodes | undefined {
  const kept = existsSync(file) ? severalSchema.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
  if (kept || exists) {
    refuseOthers(name, kept ?? { count: 1 }, asked);
    return kept;
  }
  const { count = 1, processors } = asked;
  if (count === 1) {
    if (asked.memory === undefined && processors === undefined) return undefined;
    throw new Error("one node has the whole machine: a limit is for each of several, such as --nodes 3.");
  }
  const memory =
    asked.memory ?? Math.floor((machine.memory - apart) / count / (gibibyte / 4)) * (gibibyte / 4);
  if (memory < leastMemory || memory * count > machine.memory - gibibyte)
    throw new Error(
      `${count} nodes of ${inGib(asked.memory ?? leastMemory)} GiB do not fit: this machine has ${inGib(machine.memory)} GiB of memory, its control plane needs one of them and each node one at least. Ask for fewer nodes, or for less with --node-memory.`,
    );
  if (processors !== undefined && processors > machine.processors)
    throw new Error(
      `this machine has ${machine.processors} processors, and each node was to have ${processors}: ask for less with --node-processors.`,
    );
  return { count, memory, ...(processors !== undefined && { processors }) };
}

function refuseOthers(name: string, kept: AskedNodes, asked: AskedNodes): void {
  const keys = ["count", "memory", "processors"] as const;
  if (keys.every((key) => asked[key] === undefined || asked[key] === kept[key])) return;
  throw new Error(
    `cluster "${name}" has ${told(kept)}, not ${told({ ...kept, ...given(asked) })}: choose another name with --cluster, or "commune local reset" it, which deletes its data.`,
  );
}

const given = (asked: AskedNodes): AskedNodes =>
  Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));

/** Such as "3 nodes of 2 GiB and 0.5 processors". */
function told({ count, memory, processors }: AskedNodes): string {
  const limits = [
    ...(memory === undefined ? [] : [`${inGib(memory)} GiB`]),
    ...(processors === undefined ? [] : [`${processors} processors`]),
  ];
  return `${count === 1 ? "1 node" : `${count} nodes`}${limits.length > 0 ? ` of ${limits.join(" and ")}` : ""}`;
}

/**
 * Resources that a kubelet keeps from pods, as Kubernetes quantities: it counts the memory and processors of the whole
 * machine as its node's.
 */
export function reservedOnNode(
  { memory, processors }: SeveralNodes,
  machine: Power = thisMachine(),
): Record<string, string> {
  return {
    memory: String(machine.memory - memory + programsOfNode),
    ...(processors !== undefined && { cpu: `${Math.round((machine.processors - processors) * 1000)}m` }),
  };
}

const inGib = (bytes: number): string => String(Number((bytes / gibibyte).toFixed(2)));
