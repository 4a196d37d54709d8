import { labelsOf, namespaceOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { AnyNetworkPolicy } from "../../foundation/manifest/manifest.ts";
import type { Guests } from "../../foundation/namespace/manifests.ts";
import { openToRequests, type RequestSource } from "../../foundation/network-policy/ingress.ts";
import { exposureName } from "./manifests.ts";

// What cert-manager makes in the namespace of an Ingress while it shows a certificate authority that the name is ours
// (ACME's HTTP-01): a pod, a Service and an Ingress, for a minute or so. Source: cert-manager 1.21,
// pkg/issuer/acme/http/pod.go and service.go, internal/apis/config/controller/v1alpha1/defaults.go.

/** Port on which the pod answers. */
const solverPort = 8089;

/** Labels of all such pods, beside a hash of the name and of the token. */
const solverLabels = { "acme.cert-manager.io/http01-solver": "true" };

/** One pod for each name, at its default limit; its Service takes a port of the nodes unless the issuer says otherwise. */
export const solverRoom: Guests = { pods: 1, memoryMiB: 64, nodePorts: 1 };

/** The ingress controller may ask the pods of cert-manager beside a workload. */
export function allowSolver(
  source: RequestSource,
  exposure: { workload: Workload; name?: string | undefined },
): AnyNetworkPolicy {
  const { workload } = exposure;
  const metadata = {
    name: `${exposureName(exposure)}-acme-solver-from-ingress`,
    namespace: namespaceOf(workload),
    labels: labelsOf(workload),
  };
  return openToRequests(source, { metadata, labels: solverLabels, port: solverPort });
}
