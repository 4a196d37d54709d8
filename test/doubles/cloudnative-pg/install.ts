import { clusters } from "../../upstream/cloudnative-pg/fields.ts";
import { cloudnativePgImage } from "./recipe.ts";

const namespace = "cnpg-system";
const name = "cnpg-controller-manager";
const labels = { "app.kubernetes.io/name": "cloudnative-pg" };

/** A CRD of the test's own: of the real one's, the fields that the toolkit writes; other fields would be pruned. */
function crd(kind: string, plural: string, spec: object): object {
  const { group, version } = clusters;
  return {
    ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
    metadata: { name: `${plural}.${group}` },
    spec: {
      ...{ group, scope: "Namespaced", names: { kind, plural, singular: kind.toLowerCase() } },
      versions: [
        {
          ...{ name: version, served: true, storage: true, subresources: { status: {} } },
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: { spec, status: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
            },
          },
        },
      ],
    },
  };
}

/** Returns the double as it is installed on a cluster: its kinds, and the operator in the namespace of the real one. */
export function doubleObjects(): object[] {
  const rule = (apiGroup: string, ...resources: string[]) => ({
    apiGroups: [apiGroup],
    resources,
    verbs: ["*"],
  });
  const metadata = { name, namespace, labels };
  return [
    crd(clusters.kind, clusters.plural, clusters.spec),
    crd("DatabaseRole", "databaseroles", { type: "object" }),
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    {
      ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name } },
      rules: [
        rule(clusters.group, "clusters", "clusters/status", "clusters/finalizers"),
        rule("", "services", "serviceaccounts", "secrets", "configmaps", "persistentvolumeclaims", "pods"),
        { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list"] },
        rule("rbac.authorization.k8s.io", "roles", "rolebindings"),
        rule("policy", "poddisruptionbudgets"),
      ],
    },
    {
      ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name } },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
    {
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: name,
            containers: [
              {
                ...{ name: "manager", image: cloudnativePgImage },
                env: [
                  { name: "DOUBLE_IMAGE", value: cloudnativePgImage },
                  {
                    name: "NODE_EXTRA_CA_CERTS",
                    value: "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
                  },
                ],
              },
            ],
          },
        },
      },
    },
  ];
}
