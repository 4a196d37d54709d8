import type { Input } from "@pulumi/pulumi";
import {
  labelsOf,
  metadataOf,
  namespaceOf,
  selectorOf,
  type Workload,
} from "../../foundation/manifest/labels.ts";
import type { Ingress, Secret, Service } from "../../foundation/manifest/manifest.ts";
import type { IngressSettings } from "../../foundation/site/site.ts";
import type { PublicName } from "./contract.ts";

/** Public name of a workload, and the ingress controller that serves it. */
export interface ExposureSpec extends PublicName {
  ingress: IngressSettings;
}

/** Returns the name of the objects that lead to a workload. */
export function exposureName({ workload, name }: Pick<PublicName, "workload" | "name">): string {
  return name ?? workload.service;
}

/** The in-cluster address of the workload; the ingress controller sends requests there. */
export function exposureService(spec: PublicName): Service {
  const { workload, port } = spec;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: exposureName(spec), namespace: namespaceOf(workload), labels: labelsOf(workload) },
    spec: { selector: selectorOf(workload), ports: [{ name: "http", port: 80, targetPort: port }] },
  };
}

/** The public name, over TLS only. */
export function exposureIngress(spec: ExposureSpec): Ingress {
  const { workload, host, paths, answersUnknown = false, ingress } = spec;
  const name = exposureName(spec);
  const secretName = tlsSecretName(name, ingress);
  const annotations = annotationsOf(ingress);
  const backend = { service: { name, port: { name: "http" } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name,
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
            paths: [
              ...(paths ?? []).map((path) => ({ path, pathType: "Exact", backend })),
              ...(paths === undefined || answersUnknown ? [{ path: "/", pathType: "Prefix", backend }] : []),
            ],
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

const copyName = (exposure: string) => `${exposure}-certificate`;

/** The copy of a certificate of the site's, where the workload's Ingress finds it. */
export function certificateCopy(
  { workload, name }: { workload: Workload; name?: string | undefined },
  { certificate, key }: { certificate: Input<string>; key: Input<string> },
): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: metadataOf(workload, copyName(exposureName({ workload, name }))),
    type: "kubernetes.io/tls",
    stringData: { "tls.crt": certificate, "tls.key": key },
  };
}

/** No name means the ingress controller's own certificate. */
function tlsSecretName(exposure: string, { certificate }: IngressSettings): string | undefined {
  switch (certificate.from) {
    case "controller":
      return undefined;
    case "secret":
      return certificate.name;
    case "copy":
      return copyName(exposure);
    case "cert-manager":
      return `${exposure}-tls`;
  }
}
