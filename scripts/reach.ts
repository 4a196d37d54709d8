import { existsSync, readFileSync } from "node:fs";
import { delimiter } from "node:path";
import yaml from "js-yaml";
import type { Language, Translated } from "../components/foundation/language/language.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { openCluster } from "../local/cluster/index.ts";
import { Kubectl } from "./kubectl.ts";
import { settingsFile, settingsIn } from "./stack.ts";

/** Help of `--context`, for every verb that asks a commune's cluster. */
export const contextHelp = "context of the kubeconfig; the one of the stack's settings when absent";

/** Access to the cluster of a commune; there is no other way to ask it. */
export interface Reach {
  /** Variables of `kubectl` and `pulumi`, added to the process's own. */
  environment: NodeJS.ProcessEnv;
  /** Context of the kubeconfig; absent for the cluster of this machine. */
  context: string | undefined;
}

/**
 * Access to the cluster of a commune: through the context that is named, else the one that its stack's settings name
 * (`commune:context`), else the current one of KUBECONFIG. Without any of these it is the cluster of this machine.
 *
 * @param asked value of `--context`.
 */
export function reachOf(commune: string, asked: string | undefined, folder?: string): Reach {
  const context = contextOf(commune, asked, folder);
  return { environment: environmentAt(context), context };
}

/**
 * Returns the context that is named, else the one of the stack's settings, else the current one of KUBECONFIG by its name:
 * it may be another one before what was begun ends. Undefined if there is no KUBECONFIG: this machine's cluster is meant.
 */
export function contextOf(commune: string, asked: string | undefined, folder?: string): string | undefined {
  return asked ?? settingsIn(settingsFile(commune, folder)).context ?? currentContext();
}

/** Returns the current context of KUBECONFIG; undefined without one. Throws if it names none. */
export function currentContext(kubeconfig = process.env.KUBECONFIG ?? ""): string | undefined {
  const files = kubeconfig.split(delimiter).filter((file) => file !== "");
  if (files.length === 0) return undefined;
  // As kubectl has it: the first that names one, and files that are not there count for nothing.
  for (const file of files.filter((each) => existsSync(each))) {
    const read = yaml.load(readFileSync(file, "utf8")) as { "current-context"?: unknown } | undefined;
    const context = read?.["current-context"];
    if (typeof context === "string" && context !== "") return context;
  }
  throw new TranslatedError({
    en: `KUBECONFIG (${kubeconfig}) has no current context: name one, --context <name>, or commune:context in the stack's settings. Nothing was changed.`,
    fr: `KUBECONFIG (${kubeconfig}) n’a pas de contexte courant : nommez-en un, --context <nom>, ou commune:context dans les réglages de la pile. Rien n’a été changé.`,
  });
}

/** Sentence that names the place of an action, for the question to a person. */
export const placeText = (context: string | undefined, language: Language) => places[language](context);

const places: Translated<(context: string | undefined) => string> = {
  fr: (context) =>
    context === undefined ? "Sur le cluster de cette machine." : `Sur le cluster du contexte ${context}.`,
  en: (context) =>
    context === undefined ? "On the cluster of this machine." : `On the cluster of the context ${context}.`,
};

/** Variables with which a context is asked. Throws when none is named and the cluster of this machine was never up. */
export function environmentAt(context: string | undefined): NodeJS.ProcessEnv {
  if (process.env.KUBECONFIG || context) return process.env;
  const local = openCluster("commune");
  if (existsSync(local.kubeconfig)) return local.environment;
  throw new TranslatedError({
    en: `no cluster is named. Write --context <name> (kubectl config get-contexts lists them), or once for the stack: npx pulumi config set commune:context <name> -s <commune>. The cluster of this machine was never up (${local.layout.root}): npx commune local up starts it, and if another repository did, run there: eval "$(npx commune local env)". Nothing was changed.`,
    fr: `aucun cluster n’est nommé. Écrivez --context <nom> (kubectl config get-contexts les liste), ou une fois pour la pile : npx pulumi config set commune:context <nom> -s <commune>. Le cluster de cette machine n’a jamais tourné (${local.layout.root}) : npx commune local up le démarre, et si un autre dépôt l’a fait, lancez-y : eval "$(npx commune local env)". Rien n’a été changé.`,
  });
}

/** `kubectl` on a commune's cluster. */
export function kubectlAt({ environment, context }: Reach, signal?: AbortSignal): Kubectl {
  return new Kubectl(environment, context, signal);
}
