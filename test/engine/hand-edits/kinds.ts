import type { Manifest } from "../../../components/foundation/manifest/manifest.ts";
import { shellImage } from "../../cluster/plugins/bench.ts";

/** One kind: a field of it that is declared, and what somebody makes of it by hand. */
export interface Row {
  kind: Manifest["kind"];
  /** The object as it is declared. */
  declare: (value: string) => Manifest;
  /** As `kubectl patch` takes it. */
  byHand: object;
  /** Path of the field. */
  path: string;
  first: string;
  second: string;
  /** As `path` reads it after the edit by hand. */
  edited: string;
}

/** The namespace of what is in one. */
export const namespace = "plugins-hand-edits";
const at = (name: string, labels: Record<string, string> = {}) => ({ name, namespace, labels });
const rights = "rbac.authorization.k8s.io/v1" as const;
const pod = (name: string) => ({
  metadata: { labels: { app: name } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: "main", image: shellImage, command: ["sleep", "infinity"] }],
  },
});
const selector = (name: string) => ({ matchLabels: { app: name } });
const label = {
  byHand: { metadata: { labels: { note: "by-hand" } } },
  path: "{.metadata.labels.note}",
  first: "a",
  second: "b",
  edited: "by-hand",
};

/** Every kind that the toolkit registers, by the field of it that people are most likely to change. */
export const rows: readonly Row[] = [
  {
    kind: "Namespace",
    ...label,
    declare: (note) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: `${namespace}-own`, labels: { note } },
    }),
  },
  {
    kind: "Secret",
    declare: (a) => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: at("a"),
      type: "Opaque",
      stringData: { a },
    }),
    byHand: { data: { a: "eA==" } },
    path: "{.data.a}",
    first: "YQ==",
    second: "Yg==",
    edited: "eA==",
  },
  {
    kind: "ConfigMap",
    declare: (a) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: at("a"), data: { a } }),
    byHand: { data: { a: "x" } },
    path: "{.data.a}",
    first: "a",
    second: "b",
    edited: "x",
  },
  {
    kind: "Service",
    declare: (port) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: at("a"),
      spec: { selector: { app: "a" }, ports: [{ port: 80, protocol: "TCP", targetPort: Number(port) }] },
    }),
    byHand: { spec: { ports: [{ port: 80, protocol: "TCP", targetPort: 99 }] } },
    path: "{.spec.ports[0].targetPort}",
    first: "8080",
    second: "8081",
    edited: "99",
  },
  // A volume that was grown by hand cannot be made smaller again, by anybody.
  {
    kind: "PersistentVolumeClaim",
    ...label,
    declare: (note) => ({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: at("a", { note }),
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
    }),
  },
  {
    kind: "LimitRange",
    declare: (memory) => ({
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: at("a"),
      spec: { limits: [{ type: "Container", default: { memory } }] },
    }),
    byHand: { spec: { limits: [{ type: "Container", default: { memory: "9Mi" } }] } },
    path: "{.spec.limits[0].default.memory}",
    first: "64Mi",
    second: "65Mi",
    edited: "9Mi",
  },
  {
    kind: "ResourceQuota",
    declare: (pods) => ({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: at("a"),
      spec: { hard: { pods } },
    }),
    byHand: { spec: { hard: { pods: "999" } } },
    path: "{.spec.hard.pods}",
    first: "20",
    second: "21",
    edited: "999",
  },
  {
    kind: "PodDisruptionBudget",
    declare: (most) => ({
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: at("a"),
      spec: { maxUnavailable: Number(most), selector: { matchLabels: { app: "a" } } },
    }),
    byHand: { spec: { maxUnavailable: 9 } },
    path: "{.spec.maxUnavailable}",
    first: "1",
    second: "2",
    edited: "9",
  },
  {
    kind: "Deployment",
    declare: (replicas) => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: at("a"),
      spec: {
        replicas: Number(replicas),
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        selector: selector("deployed"),
        template: pod("deployed"),
      },
    }),
    byHand: { spec: { replicas: 0 } },
    path: "{.spec.replicas}",
    first: "1",
    second: "2",
    edited: "0",
  },
  {
    kind: "StatefulSet",
    declare: (replicas) => ({
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: at("a"),
      spec: {
        replicas: Number(replicas),
        serviceName: "a",
        selector: selector("stateful"),
        template: pod("stateful"),
      },
    }),
    byHand: { spec: { replicas: 0 } },
    path: "{.spec.replicas}",
    first: "1",
    second: "2",
    edited: "0",
  },
  {
    kind: "Job",
    declare: (limit) => ({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: at("a"),
      spec: {
        backoffLimit: Number(limit),
        template: {
          spec: {
            restartPolicy: "Never",
            containers: [{ name: "main", image: shellImage, command: ["true"] }],
          },
        },
      },
    }),
    byHand: { spec: { backoffLimit: 9 } },
    path: "{.spec.backoffLimit}",
    first: "1",
    second: "2",
    edited: "9",
  },
  {
    kind: "CronJob",
    declare: (schedule) => ({
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: at("a"),
      spec: {
        schedule,
        jobTemplate: { spec: { template: { spec: { ...pod("cron").spec, restartPolicy: "Never" } } } },
      },
    }),
    byHand: { spec: { schedule: "0 0 30 2 *" } },
    path: "{.spec.schedule}",
    first: "0 0 31 2 *",
    second: "1 0 31 2 *",
    edited: "0 0 30 2 *",
  },
  {
    kind: "Ingress",
    declare: (host) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { ...at("a"), annotations: { "pulumi.com/skipAwait": "true" } },
      spec: { rules: [{ host }] },
    }),
    byHand: { spec: { rules: [{ host: "hand.bron.test" }] } },
    path: "{.spec.rules[0].host}",
    first: "a.bron.test",
    second: "b.bron.test",
    edited: "hand.bron.test",
  },
  {
    kind: "ServiceAccount",
    ...label,
    declare: (note) => ({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: at("a", { note }),
      automountServiceAccountToken: false,
    }),
  },
  {
    kind: "Role",
    declare: (verb) => ({
      apiVersion: rights,
      kind: "Role",
      metadata: at("a"),
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: [verb] }],
    }),
    byHand: { rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["delete"] }] },
    path: "{.rules[0].verbs[0]}",
    first: "get",
    second: "list",
    edited: "delete",
  },
  {
    kind: "RoleBinding",
    declare: (name) => ({
      apiVersion: rights,
      kind: "RoleBinding",
      metadata: at("a"),
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "a" },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    }),
    byHand: { subjects: [{ kind: "ServiceAccount", name: "hand", namespace }] },
    path: "{.subjects[0].name}",
    first: "a",
    second: "b",
    edited: "hand",
  },
  {
    kind: "NetworkPolicy",
    declare: (port) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: at("a"),
      spec: { podSelector: {}, ingress: [{ ports: [{ protocol: "TCP", port: Number(port) }] }] },
    }),
    byHand: { spec: { ingress: [{ ports: [{ protocol: "TCP", port: 99 }] }] } },
    path: "{.spec.ingress[0].ports[0].port}",
    first: "80",
    second: "81",
    edited: "99",
  },
];
