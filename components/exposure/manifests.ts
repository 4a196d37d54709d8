import { labelsOf, namespaceOf, selectorOf, type Workload } from "../manifest/labels.ts";
import type { Ingress, Service } from "../manifest/manifest.ts";
import type { IngressSettings } from "../site/site.ts";
import type { PublicName } from "./contract.ts";

/** How a workload is reached from the Internet. */
export interface ExposureSpec extends PublicName {
  ingress: IngressSettings;
}

/** The in-cluster address of the workload; the ingress controller sends requests there. */
export function exposureService({ workload, port }: ExposureSpec): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: workload.service, namespace: namespaceOf(workload), labels: labelsOf(workload) },
    spec: { selector: selectorOf(workload), ports: [{ name: "http", port: 80, targetPort: port }] },
  };
}

/** The public name, over TLS only. */
export function exposureIngress({ workload, host, paths, ingress }: ExposureSpec): Ingress {
  const secretName = tlsSecretName(workload, ingress);
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: workload.service,
      namespace: namespaceOf(workload),
      labels: labelsOf(workload),
      ...(ingress.certificate.from === "cert-manager"
        ? { annotations: { "cert-manager.io/cluster-issuer": ingress.certificate.issuer } }
        : {}),
    },
    spec: {
      ingressClassName: ingress.className,
      tls: [{ hosts: [host], ...(secretName === undefined ? {} : { secretName }) }],
      rules: [
        {
          host,
          http: {
            paths: (paths ?? ["/"]).map((path) => ({
              path,
              pathType: paths ? "Exact" : "Prefix",
              backend: { service: { name: workload.service, port: { name: "http" } } },
            })),
          },
        },
      ],
    },
  };
}

/** No name means the ingress controller's own certificate. */
function tlsSecretName(workload: Workload, { certificate }: IngressSettings): string | undefined {
  switch (certificate.from) {
    case "controller":
      return undefined;
    case "secret":
      return certificate.name;
    case "cert-manager":
      return `${workload.service}-tls`;
  }
}
