import type { Input } from "@pulumi/pulumi";
import { labelsOf, namespaceOf, selectorOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { Ingress, Secret, Service } from "../../foundation/manifest/manifest.ts";
import type { IngressSettings } from "../../foundation/site/site.ts";
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
  const annotations = annotationsOf(ingress);
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: workload.service,
      namespace: namespaceOf(workload),
      labels: labelsOf(workload),
      ...(Object.keys(annotations).length > 0 && { annotations }),
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

function annotationsOf({ annotations, certificate }: IngressSettings): Record<string, string> {
  return {
    ...annotations,
    ...(certificate.from === "cert-manager" && {
      "cert-manager.io/cluster-issuer": certificate.issuer,
    }),
  };
}

const copyName = ({ service }: Workload) => `${service}-certificate`;

/** The copy of a certificate of the site's, where the workload's Ingress finds it. */
export function certificateCopy(
  workload: Workload,
  { certificate, key }: { certificate: Input<string>; key: Input<string> },
): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: copyName(workload), namespace: namespaceOf(workload), labels: labelsOf(workload) },
    type: "kubernetes.io/tls",
    stringData: { "tls.crt": certificate, "tls.key": key },
  };
}

/** No name means the ingress controller's own certificate. */
function tlsSecretName(workload: Workload, { certificate }: IngressSettings): string | undefined {
  switch (certificate.from) {
    case "controller":
      return undefined;
    case "secret":
      return certificate.name;
    case "copy":
      return copyName(workload);
    case "cert-manager":
      return `${workload.service}-tls`;
  }
}
