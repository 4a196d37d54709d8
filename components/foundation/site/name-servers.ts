import { kubeDns, type NameServer } from "../network-policy/dns.ts";
import { prefixOf } from "./ranges.ts";

/**
 * Name servers as they come, by the name of the preset. Sources:
 * https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/ (in its manifest, the cache listens on this address of
 * each node; where Cilium redirects to it, its pods are seen), https://github.com/openshift/cluster-dns-operator
 */
export const nameServerPresets: Readonly<Record<string, readonly NameServer[]>> = {
  "kube-dns": [kubeDns],
  "node-local": [
    kubeDns,
    { range: "169.254.20.10/32" },
    { namespace: "kube-system", labels: { "k8s-app": "node-local-dns" }, port: 53 },
  ],
  openshift: [
    {
      namespace: "openshift-dns",
      labels: { "dns.operator.openshift.io/daemonset-dns": "default" },
      port: 5353,
    },
  ],
};

/** Pods with a label, in a namespace, on their own port: `dns/app=unbound:5353`. */
const pods = /^([a-z0-9-]+)\/([A-Za-z0-9./_-]+)=([A-Za-z0-9._-]*):(\d{1,5})$/;

/**
 * Reads the name servers that a site writes: presets, address ranges and pods, with commas between. undefined if it is
 * none of these.
 */
export function nameServersOf(text: string): NameServer[] | undefined {
  const read = text.split(",").map(oneOf);
  return read.every((servers) => servers !== undefined) ? read.flat() : undefined;
}

function oneOf(text: string): readonly NameServer[] | undefined {
  const preset = Object.hasOwn(nameServerPresets, text) ? nameServerPresets[text] : undefined;
  if (preset !== undefined) return preset;
  if (prefixOf(text) !== undefined) return [{ range: text }];
  const [, namespace, label, value, port] = pods.exec(text) ?? [];
  if (namespace === undefined || label === undefined || value === undefined) return undefined;
  const number = Number(port);
  return number >= 1 && number <= 65_535
    ? [{ namespace, labels: { [label]: value }, port: number }]
    : undefined;
}

/** Returns name servers as a site could write them. */
export function nameServersText(servers: readonly NameServer[]): string {
  return servers
    .map((server) =>
      "range" in server
        ? server.range
        : `${server.namespace}/${Object.entries(server.labels).map(([label, value]) => `${label}=${value}`)}:${server.port}`,
    )
    .join(",");
}
