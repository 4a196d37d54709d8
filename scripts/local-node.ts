import { Command, Option } from "commander";
import { execa } from "execa";
import type { Translated } from "../components/foundation/language/language.ts";
import {
  freezeNode,
  killNode,
  type NodeState,
  partitionNode,
  restoreMachine,
  runningNode,
} from "../local/cluster/faults.ts";
import { type Cluster, openCluster } from "../local/cluster/index.ts";
import type { NodeLayout } from "../local/cluster/layout.ts";
import { interruptible } from "./interruptible.ts";
import { spoken } from "./language.ts";

/** Option of every verb about a local cluster. */
export interface ClusterChoice {
  cluster: string;
}

/** A verb about a local cluster, which says which one. */
export function localVerb(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(
      new Option("--cluster <name>", "which local cluster").default("commune").env("COMMUNE_CLUSTER"),
    );
}

/** One line about a node, such as "node-2   NotReady, frozen". */
export function nodeLine({ name, isUp, isFrozen, isCutOff, isReady, isCordoned }: NodeState): string {
  const marks = [
    isReady ? "Ready" : "NotReady",
    ...(isUp ? [] : [spoken({ en: "down", fr: "arrêté" })]),
    ...(isFrozen ? [spoken({ en: "frozen", fr: "gelé" })] : []),
    ...(isCutOff ? [spoken({ en: "cut off", fr: "coupé" })] : []),
    ...(isCordoned ? [spoken({ en: "cordoned", fr: "fermé aux pods" })] : []),
  ];
  return `${name.padEnd(24)} ${marks.join(", ")}`;
}

/** A fault that a person brings about on one node of a local cluster, and its opposite. */
interface NodeVerb {
  name: string;
  description: string;
  run(cluster: Cluster, node: NodeLayout, signal: AbortSignal): Promise<unknown>;
  /** Told when it is done. */
  told(node: string): Translated;
}

const verbs: readonly NodeVerb[] = [
  {
    name: "kill",
    description: "End every process of a node at once, as a loss of power does.",
    run: (cluster, node) => killNode(cluster.layout, node),
    told: (node) => ({
      en: `${node} is down. Kubernetes says NotReady after about 50 s.`,
      fr: `${node} est arrêté. Kubernetes dit NotReady après environ 50 s.`,
    }),
  },
  {
    name: "freeze",
    description:
      "Stop every process of a node where it is, as a machine that hangs: its kernel still takes connections, and nobody answers.",
    run: (cluster, node) => freezeNode(cluster.layout, node),
    told: (node) => ({
      en: `${node} is frozen. Kubernetes says NotReady after about 50 s.`,
      fr: `${node} est gelé. Kubernetes dit NotReady après environ 50 s.`,
    }),
  },
  {
    name: "partition",
    description:
      "Take the link of a node down: its pods go on, and neither they nor the others reach each other.",
    run: (cluster, node) => partitionNode(cluster.layout, node),
    told: (node) => ({
      en: `${node} is cut off. Kubernetes says NotReady after about 50 s.`,
      fr: `${node} est coupé. Kubernetes dit NotReady après environ 50 s.`,
    }),
  },
  {
    name: "drain",
    description: "Cordon a node and evict its pods, as does kubectl drain, for at most five minutes.",
    run: (cluster, { name }) =>
      kubectl(cluster, "drain", name, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=300s"),
    told: (node) => ({
      en: `${node} is drained and takes no new pods.`,
      fr: `${node} est vidé et ne prend plus de pods.`,
    }),
  },
  {
    name: "start",
    description: "Undo kill, freeze, partition and drain of a node, and wait until it is Ready.",
    run: async (cluster, node, signal) => {
      await cluster.withApi((api) => restoreMachine(cluster.layout, node, api, signal));
      await kubectl(cluster, "uncordon", node.name);
    },
    told: (node) => ({ en: `${node} is Ready and takes pods.`, fr: `${node} est prêt et prend des pods.` }),
  },
];

/** `commune local node …`: what befalls a machine, done to one node of a local cluster that has several. */
export function localNodeCommand(): Command {
  const command = new Command("node").description(
    "Kill, freeze, cut off, drain or start a node of a local cluster that has several.",
  );
  for (const { name, description, run, told } of verbs)
    command.addCommand(
      localVerb(name, description)
        .argument("<node>", "which one, such as 2 or node-2")
        .action(async (text: string, { cluster: which }: ClusterChoice) => {
          const cluster = openCluster(which);
          const node = runningNode(cluster.layout, text);
          await interruptible((signal) => run(cluster, node, signal));
          console.log(spoken(told(node.name)));
        }),
    );
  return command;
}

/** Runs kubectl as administrator of a cluster, with its words on the terminal. Throws its reasons. */
async function kubectl({ environment }: Cluster, ...words: string[]): Promise<void> {
  const how = { env: environment, stdout: "inherit", reject: false } as const;
  const { failed, stderr } = await execa("kubectl", words, how);
  if (failed) throw new Error(stderr.trim());
}
