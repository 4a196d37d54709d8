import { createHash } from "node:crypto";
import type { KubernetesObject } from "../../../components/foundation/manifest/object.ts";
import { toolkitTemplate } from "../../template.ts";
import { clusterDomain, type Network } from "../network.ts";
import { configMap, deployment, ready, restricted, serviceAccount } from "./objects.ts";

const name = "coredns";
const inNamespace = "kube-system";

/**
 * CoreDNS's configuration. Public names of the communes (everything below the given domains and below `test`) are
 * the ingress's address, so that services reach each other by the names that citizens use; nothing is asked outside.
 * No reverse zones and no names of pods: by them a tenant's pod would learn who else is there, address by address.
 */
export function corefile({ family, ingress }: Network, domains: readonly string[]): string {
  const record = family === "ipv6" ? "AAAA" : "A";
  const zones = [...new Set(["test", ...[...domains].sort().filter((domain) => !domain.endsWith(".test"))])];
  return toolkitTemplate("local/cluster/addons/Corefile", {
    CLUSTER_DOMAIN: clusterDomain,
    ZONES: zones.map((zone) => `${zone}:53`).join(" "),
    RECORD: record,
    INGRESS: ingress,
  });
}

/** The cluster's name server. `image` is a local reference. */
export function coredns(image: string, network: Network, domains: readonly string[]): KubernetesObject[] {
  const configuration = corefile(network, domains);
  return [
    ...serviceAccount(name, inNamespace, [
      {
        apiGroups: [""],
        resources: ["endpoints", "services", "namespaces"],
        verbs: ["list", "watch"],
      },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
    ]),
    configMap(name, inNamespace, { Corefile: configuration }),
    deployment({
      name,
      namespace: inNamespace,
      serviceAccount: name,
      // The label that network policies everywhere know the name server by.
      podLabels: { "k8s-app": "kube-dns" },
      annotations: {
        "commune.cloud/configuration": createHash("sha256").update(configuration).digest("hex"),
      },
      dnsPolicy: "Default",
      container: {
        image,
        args: ["-conf", "/etc/coredns/Corefile"],
        ports: [
          { name: "dns", containerPort: 53, protocol: "UDP" },
          { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
        ],
        readinessProbe: ready("/ready", 8181),
        resources: { requests: { cpu: "20m", memory: "40Mi" }, limits: { memory: "170Mi" } },
        securityContext: restricted,
        volumeMounts: [{ name: "configuration", mountPath: "/etc/coredns", readOnly: true }],
      },
      volumes: [{ name: "configuration", configMap: { name } }],
    }),
    {
      apiVersion: "v1",
      kind: "Service",
      // The name and label that policies and tools know the cluster's name server by.
      metadata: { name: "kube-dns", namespace: inNamespace, labels: { "k8s-app": "kube-dns" } },
      spec: {
        clusterIP: network.dns,
        selector: { "app.kubernetes.io/name": name },
        ports: [
          { name: "dns", port: 53, protocol: "UDP" },
          { name: "dns-tcp", port: 53, protocol: "TCP" },
        ],
      },
    },
  ];
}
