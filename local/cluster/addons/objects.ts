import type { KubernetesObject } from "../../../components/foundation/manifest/object.ts";

/** One rule of a Role or ClusterRole. */
export interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

const rbac = "rbac.authorization.k8s.io/v1";

export const namespace = (name: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name },
});

/** A ClusterRole and its binding to one subject. */
export function clusterAccess(
  name: string,
  subject: Record<string, string>,
  rules: Rule[],
): KubernetesObject[] {
  return [
    { apiVersion: rbac, kind: "ClusterRole", metadata: { name }, rules },
    {
      apiVersion: rbac,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
      subjects: [subject],
    },
  ];
}

/** A service account and what it may do in the whole cluster. */
export function serviceAccount(name: string, inNamespace: string, rules: Rule[]): KubernetesObject[] {
  const subject = { kind: "ServiceAccount", name, namespace: inNamespace };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: inNamespace } },
    ...clusterAccess(`commune:${name}`, subject, rules),
  ];
}

export const configMap = (
  name: string,
  inNamespace: string,
  data: Record<string, string>,
): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: inNamespace },
  data,
});

/** The container security settings that Pod Security `restricted` asks for. */
export const restricted = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: 65532,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

/** A deployment of one pod with one container; `annotations` on the pod make it roll when they change. */
export function deployment(options: {
  name: string;
  namespace: string;
  serviceAccount: string;
  annotations?: Record<string, string>;
  /** Labels of the pods beside their name. */
  podLabels?: Record<string, string>;
  container: Record<string, unknown>;
  volumes?: Record<string, unknown>[];
  dnsPolicy?: string;
}) {
  const labels = { "app.kubernetes.io/name": options.name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: options.name, namespace: options.namespace, labels },
    spec: {
      replicas: 1,
      revisionHistoryLimit: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, ...options.podLabels }, annotations: options.annotations ?? {} },
        spec: {
          serviceAccountName: options.serviceAccount,
          priorityClassName: "system-cluster-critical",
          terminationGracePeriodSeconds: 5,
          dnsPolicy: options.dnsPolicy ?? "ClusterFirst",
          containers: [{ name: options.name, imagePullPolicy: "Never", ...options.container }],
          volumes: options.volumes ?? [],
        },
      },
    },
  };
}

/** A readiness probe over HTTP that is quick to notice a start. */
export const ready = (path: string, port: number) => ({
  httpGet: { path, port },
  periodSeconds: 1,
  failureThreshold: 3,
});
