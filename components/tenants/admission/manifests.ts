import { type ExceptedObject, exceptedConditions } from "./excepted.ts";
import { celOf } from "./expression.ts";
import { type AdmissionRule, admissionRules, type Judged } from "./rules.ts";

/** An object of the cluster as a whole: it is in no commune's stack (decision 0082). */
export interface ClusterObject {
  apiVersion: "admissionregistration.k8s.io/v1";
  kind: "ValidatingAdmissionPolicy" | "ValidatingAdmissionPolicyBinding";
  metadata: { name: string; labels: Record<string, string> };
  spec: Record<string, unknown>;
}

/** One policy of a cluster: validations of the same kinds of objects, selected by their labels. */
export interface AdmissionPolicy {
  /** Stable, in lower case with hyphens; start of the object's name. */
  name: string;
  judges: readonly Judged[];
  validations: readonly (Pick<AdmissionRule, "must" | "message"> & { id: string })[];
  /** Labels of the objects' namespace; of the namespace itself if that is judged. */
  selector: object;
  /** Objects that are not judged, and until when. */
  excepted?: readonly ExceptedObject[] | undefined;
}

const resources: Readonly<Record<Judged, { group: string; version: string; resource: string }>> = {
  Pod: { group: "", version: "v1", resource: "pods" },
  Service: { group: "", version: "v1", resource: "services" },
  Endpoints: { group: "", version: "v1", resource: "endpoints" },
  PersistentVolumeClaim: { group: "", version: "v1", resource: "persistentvolumeclaims" },
  EndpointSlice: { group: "discovery.k8s.io", version: "v1", resource: "endpointslices" },
  Ingress: { group: "networking.k8s.io", version: "v1", resource: "ingresses" },
  Namespace: { group: "", version: "v1", resource: "namespaces" },
  Deployment: { group: "apps", version: "v1", resource: "deployments" },
  StatefulSet: { group: "apps", version: "v1", resource: "statefulsets" },
  Role: { group: "rbac.authorization.k8s.io", version: "v1", resource: "roles" },
};

/** Kinds that are judged only on creation: later, the scheduler's and the volume controller's decisions are in them too. */
const createdOnly: readonly Judged[] = ["Pod", "PersistentVolumeClaim"];

/** CEL condition: the request comes from the cluster's own controllers, which maintain the endpoints of Services. */
const controllers =
  "request.userInfo.username.startsWith('system:serviceaccount:kube-system:') || request.userInfo.username == 'system:kube-controller-manager'";

/**
 * CEL condition: the object is cert-manager's, which exists for a minute to prove that a name is ours
 * (components/platform/exposure/solver.ts).
 */
const isSolver =
  "request.userInfo.username == 'system:serviceaccount:cert-manager:cert-manager' && object.metadata.?labels[?'acme.cert-manager.io/http01-solver'].orValue('') == 'true'";

const ofTenants = { matchExpressions: [{ key: "commune.cloud/tenant", operator: "Exists" }] };

const labels = { "app.kubernetes.io/part-of": "commune-cloud" };

/**
 * Returns the selector of a policy: objects in a namespace are selected by the namespace's labels, namespaces by their
 * own.
 */
const selected = ({ judges, selector }: AdmissionPolicy) =>
  judges.includes("Namespace") ? { objectSelector: selector } : { namespaceSelector: selector };

/** Returns an admission policy, and the binding that puts it into force. */
export function admissionObjects(policy: AdmissionPolicy): ClusterObject[] {
  const { judges, validations } = policy;
  const name = `${policy.name}.commune.cloud`;
  const from = judges.includes("Pod") ? "object.spec" : "object";
  const apiVersion = "admissionregistration.k8s.io/v1";
  const metadata = { name, labels };
  return [
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicy",
      metadata,
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          ...selected(policy),
          resourceRules: judges.map((kind) => {
            const { group, version, resource } = resources[kind];
            const operations = createdOnly.includes(kind) ? ["CREATE"] : ["CREATE", "UPDATE"];
            return { apiGroups: [group], apiVersions: [version], operations, resources: [resource] };
          }),
        },
        matchConditions: [
          judges.includes("Endpoints")
            ? { name: "not-of-the-controllers", expression: `!(${controllers})` }
            : { name: "not-of-a-certificate", expression: `!(${isSolver})` },
          ...exceptedConditions(policy.excepted ?? [], judges),
        ],
        validations: validations.map(({ id, must, message }) => ({
          expression: celOf(must, from),
          message: `${id}: it ${message}`,
          reason: "Forbidden",
        })),
      },
    },
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata,
      spec: { policyName: name, validationActions: ["Deny"], matchResources: selected(policy) },
    },
  ];
}

/**
 * Returns the policies that a cluster enforces in the namespaces of tenants, whoever asks:
 * ValidatingAdmissionPolicies, which Kubernetes has since 1.30. Source:
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 *
 * @param excepted objects that none of them judges.
 */
export function admissionManifests(excepted: readonly ExceptedObject[] = []): ClusterObject[] {
  return admissionRules.flatMap((rule) =>
    admissionObjects({
      name: `tenants-${rule.id}`,
      judges: rule.judges,
      validations: [rule],
      selector: ofTenants,
      excepted,
    }),
  );
}
