import { Command } from "commander";
import * as z from "zod";
import type { Language, Translated } from "../components/foundation/language/language.ts";
import { askOnTerminal, asksYes } from "./ask.ts";
import type { Kubectl } from "./kubectl.ts";
import { languageHere, languageOption, spokenError } from "./language.ts";
import { currentContext, environmentAt, kubectlAt, placeText } from "./reach.ts";
import type { Ask } from "./state.ts";

/**
 * Taint by which a person tells Kubernetes that a machine is off: it then deletes the node's pods at once and detaches
 * their volumes. Source: https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown
 */
const taint = "node.kubernetes.io/out-of-service";

/** Minutes for which a node must have been silent: a restart is over by then. */
const silentMinutes = 5;

/** Tools of the verb. */
interface NodeSurroundings {
  kubectl(context: string | undefined): Pick<Kubectl, "json" | "text">;
  /** Undefined if standard input is no terminal. */
  ask: Ask | undefined;
  now(): Date;
}

const ordinary: NodeSurroundings = {
  kubectl: (context) => kubectlAt({ environment: environmentAt(context), context }),
  ask: askOnTerminal,
  now: () => new Date(),
};

const nodeSchema = z.object({
  spec: z.object({ taints: z.array(z.object({ key: z.string() })).default([]) }).default({ taints: [] }),
  status: z.object({
    conditions: z.array(
      z.object({ type: z.string(), status: z.string(), lastTransitionTime: z.string().default("") }),
    ),
  }),
});
type Node = z.output<typeof nodeSchema>;

const nothing = { fr: "Rien n’a changé.", en: "Nothing was changed." } as const;

const phrases = {
  out: {
    fr: (name: string) =>
      `${name} est hors service : ses pods repartent ailleurs, autant que leurs disques suivent. Quand la machine est revenue : npx commune node in-service ${name}`,
    en: (name: string) =>
      `${name} is out of service: its pods start elsewhere as far as their volumes follow. When the machine is back: npx commune node in-service ${name}`,
  },
  notOut: {
    fr: (name: string) => `${name} n’est pas hors service. ${nothing.fr}`,
    en: (name: string) => `${name} is not out of service. ${nothing.en}`,
  },
  isBack: {
    fr: (name: string) => `${name} est de nouveau en service.`,
    en: (name: string) => `${name} is in service again.`,
  },
  nobody: {
    fr: (name: string) =>
      `Quelqu’un doit dire que la machine de ${name} est éteinte : lancez-le sur un terminal. ${nothing.fr}`,
    en: (name: string) =>
      `A person has to say that the machine of ${name} is off: run it on a terminal. ${nothing.en}`,
  },
  whose: { fr: "Nom du nœud dont la machine est éteinte :", en: "Name of the node whose machine is off:" },
  other: {
    fr: (typed: string, name: string) => `"${typed}" n’est pas ${name}. ${nothing.fr}`,
    en: (typed: string, name: string) => `"${typed}" is not ${name}. ${nothing.en}`,
  },
  switchOff: {
    fr: (name: string) =>
      `Éteignez d’abord la machine de ${name}, ou attendez qu’elle revienne. ${nothing.fr}`,
    en: (name: string) => `Switch the machine of ${name} off first, or wait until it is back. ${nothing.en}`,
  },
  already: {
    fr: (name: string) => `${name} est déjà hors service. ${nothing.fr}`,
    en: (name: string) => `${name} is out of service already. ${nothing.en}`,
  },
  ready: {
    fr: (name: string) =>
      `${name} est Ready : sa machine tourne, et ses pods aussi. Pour le vider : kubectl --context <contexte> drain ${name}. ${nothing.fr}`,
    en: (name: string) =>
      `${name} is Ready: its machine runs, and so do its pods. To empty it: kubectl --context <context> drain ${name}. ${nothing.en}`,
  },
  tooSoon: {
    fr: (name: string, since: string) =>
      `${name} n’est pas NotReady depuis ${silentMinutes} minutes (depuis : ${since || "on ne sait pas"}) : il redémarre peut-être. Réessayez plus tard. ${nothing.fr}`,
    en: (name: string, since: string) =>
      `${name} has not been NotReady for ${silentMinutes} minutes (since ${since || "an unknown time"}): it may be restarting. Try again later. ${nothing.en}`,
  },
} as const;

const isOff: Translated = {
  en: "Is the machine off, without power or cut from the network and from its disks, so that nothing on it can write any more?",
  fr: "La machine est-elle arrêtée, sans courant ou coupée du réseau et de ses disques, si bien que plus rien n’y peut écrire ?",
};

interface Options {
  context?: string;
  language: Language;
}

/** `commune node`: what a person alone may say of a machine. Nothing of the toolkit says it automatically. */
export function nodeCommand(surroundings = ordinary): Command {
  const node = new Command("node").description(
    "Say that the machine of a node is off, so that Kubernetes starts elsewhere what was on it, and take that back.",
  );
  node
    .command("out-of-service")
    .description(
      `Taint a node with ${taint}, after proof that its machine is off: Kubernetes has not heard of it for ${silentMinutes} minutes, you type its name, and you answer that nothing on it can write. On a machine that still runs, two pods would write to one volume.`,
    )
    .argument("<node>", "name of the node")
    .option("--context <name>", "context of the kubeconfig; its current one when absent")
    .addOption(languageOption("the question"))
    .action(async (name: string, { context = currentContext(), language }: Options) => {
      await takeOut(name, context, language, surroundings);
      console.log(phrases.out[language](name));
    });
  node
    .command("in-service")
    .description(`Remove the taint ${taint} of a node whose machine is back.`)
    .argument("<node>", "name of the node")
    .option("--context <name>", "context of the kubeconfig; its current one when absent")
    .action(async (name: string, { context = currentContext() }: Pick<Options, "context">) => {
      const kubectl = surroundings.kubectl(context);
      const language = languageHere();
      if (!isTainted(await nodeNamed(kubectl, name, language)))
        throw new Error(phrases.notOut[language](name));
      await kubectl.text(["taint", "node", name, `${taint}-`]);
      console.log(phrases.isBack[language](name));
    });
  return node;
}

async function takeOut(
  name: string,
  context: string | undefined,
  language: Language,
  { kubectl: at, ask, now }: NodeSurroundings,
): Promise<void> {
  const kubectl = at(context);
  refuseUnlessSilent(name, await nodeNamed(kubectl, name, language), now(), language);
  if (ask === undefined) throw new Error(phrases.nobody[language](name));
  const typed = await ask(`${placeText(context, language)} ${phrases.whose[language]} `, { isSecret: false });
  if (typed !== name) throw new Error(phrases.other[language](typed, name));
  if (!(await asksYes(isOff, language, ask))) throw new Error(phrases.switchOff[language](name));
  // It may have come back while somebody was asked.
  refuseUnlessSilent(name, await nodeNamed(kubectl, name, language), now(), language);
  await kubectl.text(["taint", "node", name, `${taint}=nodeshutdown:NoExecute`]);
}

/** Throws if a node answers, has been silent for too short a time, or is out of service already. */
function refuseUnlessSilent(name: string, node: Node, now: Date, language: Language): void {
  if (isTainted(node)) throw new Error(phrases.already[language](name));
  const ready = node.status.conditions.find(({ type }) => type === "Ready");
  if (ready?.status === "True") throw new Error(phrases.ready[language](name));
  const minutes = (now.getTime() - Date.parse(ready?.lastTransitionTime ?? "")) / 60_000;
  if (!(minutes >= silentMinutes))
    throw new Error(phrases.tooSoon[language](name, ready?.lastTransitionTime ?? ""));
}

async function nodeNamed(kubectl: Pick<Kubectl, "json">, name: string, language: Language): Promise<Node> {
  try {
    return nodeSchema.parse(await kubectl.json(["get", "node", name]));
  } catch (error) {
    throw new Error(`${spokenError(error)}\n${nothing[language]}`);
  }
}

function isTainted({ spec }: Node): boolean {
  return spec.taints.some(({ key }) => key === taint);
}
