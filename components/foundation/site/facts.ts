import { checksum } from "../manifest/checksum.ts";
import { kubeDns } from "../network-policy/dns.ts";
import { nameServersText } from "./name-servers.ts";
import { usualOperatorNamespace } from "./operator.ts";
import { schedulingFacts } from "./scheduling.ts";
import type { Certificate, IngressSettings, Site } from "./site.ts";

/**
 * Returns the facts of a site that a stack publishes, for the next update to be compared with: not the context, which
 * names the same cluster otherwise on another machine. Whether data is protected is published separately.
 */
export function siteFacts(site: Site): Record<string, string> {
  const { ingress, dns, networkPlugin, storageClass, privatePeers, privateEndpoints, clusterRanges } = site;
  const {
    authority,
    apiPort,
    monitoringNamespace,
    registryMirrors,
    registryLogin,
    nodes,
    incarnation,
    operatorNamespace,
  } = site;
  const monitoringLabels = Object.entries(site.monitoringLabels).map((pair) => pair.join("="));
  const { annotations = {} } = ingress;
  const mirrors = Object.entries(registryMirrors).map(([registry, mirror]) => `${registry}=${mirror}`);
  const servers = nameServersText(dns);
  return {
    ...ingressFacts(ingress),
    ...(servers === nameServersText([kubeDns]) ? {} : { dns: servers }),
    ...(networkPlugin === "any" ? {} : { networkPlugin }),
    certificate: certificateText(ingress.certificate),
    apiPort: String(apiPort),
    ...(incarnation === 1 ? {} : { incarnation: String(incarnation) }),
    ...(storageClass === undefined ? {} : { storageClass }),
    ...(privatePeers.length === 0 ? {} : { privatePeers: privatePeers.join(",") }),
    ...(privateEndpoints.length === 0 ? {} : { privateEndpoints: privateEndpoints.join(",") }),
    ...(clusterRanges.length === 0 ? {} : { clusterRanges: clusterRanges.join(",") }),
    ...(authority === undefined ? {} : { authority: `certificate ${checksum(authority, 8)}` }),
    ...(monitoringNamespace === undefined ? {} : { monitoringNamespace }),
    ...(monitoringLabels.length === 0 ? {} : { monitoringLabels: monitoringLabels.join(",") }),
    ...(mirrors.length === 0 ? {} : { registryMirror: mirrors.join(",") }),
    ...schedulingFacts(site.scheduling),
    ...(nodes === 1 ? {} : { nodes: String(nodes) }),
    ...(operatorNamespace === usualOperatorNamespace ? {} : { operatorNamespace }),
    ...(Object.keys(annotations).length === 0 ? {} : { ingressAnnotations: JSON.stringify(annotations) }),
    ...(registryLogin === undefined
      ? {}
      : { registryLogin: `${registryLogin.namespace}/${registryLogin.name}` }),
  };
}

function ingressFacts({ kind, className, source }: IngressSettings): Record<string, string> {
  const usual = kind === "traefik" ? {} : { ingress: kind };
  if (source.by === "cilium") return { ...usual, ingressClass: className };
  const namespace = source.namespace["kubernetes.io/metadata.name"];
  return {
    ...usual,
    ingressClass: className,
    ...(namespace === undefined ? {} : { ingressNamespace: namespace }),
    ingressPort: String(source.port),
    ...(source.nodes.length === 0 ? {} : { ingressNodes: source.nodes.join(",") }),
  };
}

/** As people write it. */
function certificateText(certificate: Certificate): string {
  switch (certificate.from) {
    case "controller":
      return "controller";
    case "cert-manager":
      return `cert-manager:${certificate.issuer}`;
    case "secret":
      return `secret:${certificate.name}`;
    case "copy":
      return `secret:${certificate.namespace}/${certificate.name}`;
  }
}
