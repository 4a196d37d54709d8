import { kubeDns, type NameServer } from "../../components/foundation/network-policy/dns.ts";
import { nameServerPresets, nameServersText } from "../../components/foundation/site/name-servers.ts";
import type { Facts, PodFacts } from "./facts.ts";

/** Labels that identify pods of a name server, the most specific first. */
const telling = ["k8s-app", "dns.operator.openshift.io/daemonset-dns", "app.kubernetes.io/name", "app"];

/** Value of `commune:dns` for a cluster; undefined if its name servers are not found. */
export function dnsSetting({ pods, trial }: Facts): string | undefined {
  if (trial === undefined) return undefined;
  const behind = trial.nameServers.flatMap(({ address, port }) => {
    const pod = pods.find((each) => each.address === address && !each.onNode);
    const server = pod && podServer(pod, port);
    return server ? [server] : [];
  });
  const caches = pods.flatMap(cacheAddresses);
  const isCache = (address: string) => caches.includes(address) || address.startsWith("169.254.");
  const onNode = [...new Set([...trial.resolvers.filter(isCache), ...caches])];
  const servers = unique([...behind, ...onNode.map((address): NameServer => ({ range: rangeOf(address) }))]);
  if (servers.length === 0) return undefined;
  const isOf = (all: readonly NameServer[]) => (server: NameServer) =>
    all.some((each) => nameServersText([each]) === nameServersText([server]));
  // The first preset that has all of it; where the node's cache is elsewhere, what it has beside kube-dns.
  const preset = Object.entries(nameServerPresets).find(([, all]) => servers.every(isOf(all)));
  if (preset) return preset[0];
  const others = servers.filter((server) => !isOf([kubeDns])(server));
  return [...(servers.some(isOf([kubeDns])) ? ["kube-dns"] : []), nameServersText(others)].join(",");
}

function podServer({ namespace, labels }: PodFacts, port: number): NameServer | undefined {
  const label = telling.find((name) => labels[name] !== undefined);
  const value = label && labels[label];
  return label !== undefined && value !== undefined
    ? { namespace, labels: { [label]: value }, port }
    : undefined;
}

/** Addresses on which a NodeLocal DNSCache listens: `-localip 169.254.20.10,10.96.0.10`. */
function cacheAddresses({ words, labels, onNode }: PodFacts): string[] {
  const isCache = onNode && /^(node-local-dns|nodelocaldns)$/.test(labels["k8s-app"] ?? "");
  const at = words.findIndex((word) => /^--?localip(=|$)/.test(word));
  if (!isCache || at < 0) return [];
  const written = words[at]?.split("=")[1] ?? words[at + 1] ?? "";
  return written.split(",").filter(Boolean);
}

const rangeOf = (address: string) => `${address}/${address.includes(":") ? 128 : 32}`;

function unique(servers: readonly NameServer[]): NameServer[] {
  return [...new Map(servers.map((server) => [nameServersText([server]), server])).values()];
}
