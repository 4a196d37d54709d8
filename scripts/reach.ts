import { openCluster } from "../local/cluster/index.ts";
import { Kubectl } from "./kubectl.ts";
import { settingsFile, settingsIn } from "./stack.ts";

/** What `--context` is, of every verb that asks a commune's cluster. */
export const contextHelp = "context of the kubeconfig; the one of the stack's settings when absent";

/** How the cluster of a commune is asked: nothing of it is asked otherwise. */
export interface Reach {
  /** Variables of `kubectl` and `pulumi`, added to the process's own. */
  environment: NodeJS.ProcessEnv;
  /** Context of the kubeconfig; its current one when absent. */
  context: string | undefined;
}

/**
 * How the cluster of a commune is asked: through the context that is named, else the one that its stack's settings name
 * (`commune:context`), else the current one of KUBECONFIG. Without any of these it is the cluster of this machine.
 *
 * @param asked what `--context` says.
 */
export function reachOf(commune: string, asked: string | undefined, folder?: string): Reach {
  const context = contextOf(commune, asked, folder);
  return { environment: environmentAt(context), context };
}

/** The context that is named, else the one of the stack's settings; nothing where the current one is meant. */
export function contextOf(commune: string, asked: string | undefined, folder?: string): string | undefined {
  return asked ?? settingsIn(settingsFile(commune, folder)).context;
}

/** Variables with which a context is asked. Throws when none is named and the cluster of this machine was never up. */
export function environmentAt(context: string | undefined): NodeJS.ProcessEnv {
  return process.env.KUBECONFIG || context ? process.env : openCluster("commune").environment;
}

/** `kubectl` on a commune's cluster. */
export function kubectlAt({ environment, context }: Reach, signal?: AbortSignal): Kubectl {
  return new Kubectl(environment, context, signal);
}
