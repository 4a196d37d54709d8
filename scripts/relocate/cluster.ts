import type { Surroundings } from "../recovery/points.ts";

const at = (context: string | undefined) => (context === undefined ? [] : [`--context=${context}`]);

/** Identity of a cluster: the uid of its namespace kube-system. Throws if it does not answer. */
export async function clusterUid(
  { kubectl }: Pick<Surroundings, "kubectl">,
  context: string | undefined,
): Promise<string> {
  return kubectl([...at(context), "get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}"]);
}

/** The namespaces of a commune that a cluster has. */
export async function namespacesOf(
  { kubectl }: Pick<Surroundings, "kubectl">,
  commune: string,
  context: string | undefined,
): Promise<string[]> {
  const words = ["get", "namespaces", `--selector=commune.cloud/commune=${commune}`, "--output=name"];
  const text = await kubectl([...at(context), ...words]);
  return text.split("\n").flatMap((line) => (line === "" ? [] : [line.replace("namespace/", "")]));
}
