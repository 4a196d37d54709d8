import { celOf } from "./expression.ts";
import { type AdmissionRule, admissionRules, type Judged } from "./rules.ts";

/** An object of the cluster: none of a commune's own kinds, so it is in no commune's stack (decision 0082). */
export interface ClusterObject {
  apiVersion: "admissionregistration.k8s.io/v1";
  kind: "ValidatingAdmissionPolicy" | "ValidatingAdmissionPolicyBinding";
  metadata: { name: string; labels: Record<string, string> };
  spec: Record<string, unknown>;
}

const resources: Readonly<Record<Judged, { group: string; version: string; resource: string }>> = {
  Pod: { group: "", version: "v1", resource: "pods" },
  Service: { group: "", version: "v1", resource: "services" },
  Endpoints: { group: "", version: "v1", resource: "endpoints" },
  PersistentVolumeClaim: { group: "", version: "v1", resource: "persistentvolumeclaims" },
  EndpointSlice: { group: "discovery.k8s.io", version: "v1", resource: "endpointslices" },
  Ingress: { group: "networking.k8s.io", version: "v1", resource: "ingresses" },
};

/** Later, what the scheduler and the volume controller decide stands there too. */
const createdOnly: readonly Judged[] = ["Pod", "PersistentVolumeClaim"];

/** Who keeps the endpoints of Services: the cluster's own controllers. */
const controllers =
  "request.userInfo.username.startsWith('system:serviceaccount:kube-system:') || request.userInfo.username == 'system:kube-controller-manager'";

/** What cert-manager makes for a minute while it shows that a name is ours (components/platform/exposure/solver.ts). */
const isSolver =
  "request.userInfo.username == 'system:serviceaccount:cert-manager:cert-manager' && object.metadata.?labels[?'acme.cert-manager.io/http01-solver'].orValue('') == 'true'";

const selector = { matchExpressions: [{ key: "commune.cloud/tenant", operator: "Exists" }] };

const labels = { "app.kubernetes.io/part-of": "commune-cloud" };

const nameOf = ({ id }: AdmissionRule) => `tenants-${id}.commune.cloud`;

function policy(rule: AdmissionRule): ClusterObject {
  const isOfPods = rule.judges.includes("Pod");
  const isOfEndpoints = rule.judges.includes("Endpoints");
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: nameOf(rule), labels },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        namespaceSelector: selector,
        resourceRules: rule.judges.map((kind) => {
          const { group, version, resource } = resources[kind];
          const operations = createdOnly.includes(kind) ? ["CREATE"] : ["CREATE", "UPDATE"];
          return { apiGroups: [group], apiVersions: [version], operations, resources: [resource] };
        }),
      },
      matchConditions: [
        isOfEndpoints
          ? { name: "not-of-the-controllers", expression: `!(${controllers})` }
          : { name: "not-of-a-certificate", expression: `!(${isSolver})` },
      ],
      validations: [
        {
          expression: celOf(rule.must, isOfPods ? "object.spec" : "object"),
          message: `${rule.id}: it ${rule.message}`,
          reason: "Forbidden",
        },
      ],
    },
  };
}

function binding(rule: AdmissionRule): ClusterObject {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: nameOf(rule), labels },
    spec: {
      policyName: nameOf(rule),
      validationActions: ["Deny"],
      matchResources: { namespaceSelector: selector },
    },
  };
}

/**
 * What a cluster refuses in the namespaces of tenants, whoever asks: ValidatingAdmissionPolicies, which Kubernetes has
 * from 1.30 on.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export function admissionManifests(): ClusterObject[] {
  return admissionRules.flatMap((rule) => [policy(rule), binding(rule)]);
}
