/**
 * Returns why this run must not go on: the settings lead to another cluster than the one that the commune runs on.
 * undefined if it may.
 *
 * @param context of the settings; undefined for the current one of the kubeconfig.
 */
export function clusterProblem(
  stack: string,
  before: string | undefined,
  now: string,
  context: string | undefined,
): string | undefined {
  if (before === undefined || before === now) return undefined;
  const [where, fix] =
    context === undefined
      ? ["The current context of the kubeconfig", "kubectl config use-context <context>"]
      : [`commune:context ${context}`, `pulumi config set commune:context <context> -s ${stack}`];
  return `${where} leads to the cluster ${now}, and ${stack} runs on the cluster ${before} (the uid of its namespace kube-system): Pulumi would take the objects of one for those of the other. Point it back: ${fix}. To bring the commune up on another cluster, make a stack for it there, and leave this one as it is: docs/site.md. Before any pulumi refresh or destroy, run pulumi up once: these do not check which cluster it is.\nNothing of the commune was changed.`;
}
