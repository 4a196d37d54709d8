import type { Expression } from "./expression.ts";

/** Annotation of a tenant's namespace: comma-separated names that may be served from it. */
export const hostsAnnotation = "commune.cloud/hosts";

/** Kinds of judged objects; a pod is judged on its own or as the template of the object that starts it. */
export type Judged =
  | "Pod"
  | "Service"
  | "Ingress"
  | "EndpointSlice"
  | "Endpoints"
  | "PersistentVolumeClaim"
  | "Namespace"
  | "Deployment"
  | "StatefulSet"
  | "Role";

/** A rule that every object in a tenant's namespace must follow. */
export interface AdmissionRule {
  /** Stable, in lower case with hyphens. */
  id: string;
  judges: readonly Judged[];
  /** The condition to fulfil; for a pod, relative to its `spec`. */
  must: Expression;
  /** Reason for a refusal, as the end of a sentence that starts with the object. */
  message: string;
}

const none = (path: readonly string[]): Expression => ({ absent: path });

/**
 * Rules for what Pod Security `restricted` and RBAC leave open. Each violation was tried without the rule
 * (reference/tenants.md, 5.2); ids in brackets are those of the Kubernetes multi-tenancy benchmark, if it has one.
 */
export const admissionRules: readonly AdmissionRule[] = [
  {
    id: "no-node-of-its-choice",
    judges: ["Pod"],
    must: none(["nodeName"]),
    message: "names a node, past the scheduler and what it keeps apart.",
  },
  {
    id: "no-priority",
    judges: ["Pod"],
    must: { path: ["priorityClassName"], oneOf: [""] },
    message: "asks for a priority, which would push others' pods away.",
  },
  {
    id: "no-blanket-toleration",
    judges: ["Pod"],
    must: {
      every: ["tolerations"],
      item: {
        all: [{ not: none(["key"]) }, { not: { path: ["key"], startsWith: "node-role.kubernetes.io/" } }],
      },
    },
    message: "tolerates every taint, or that of the control plane's nodes.",
  },
  {
    id: "no-foreign-volume",
    judges: ["Pod"],
    must: {
      every: ["volumes"],
      item: {
        all: ["hostPath", "csi", "ephemeral", "nfs"].map((kind) => none([kind])),
      },
    },
    message:
      "mounts something that is not of its namespace: only claims, ConfigMaps, Secrets and emptyDir are.",
  },
  {
    // CVE-2021-25740's class: the ingress controller reaches every pod, and could be directed to another tenant's.
    id: "no-service-elsewhere",
    judges: ["Service"],
    must: {
      all: [
        { path: ["spec", "type"], oneOf: ["", "ClusterIP"] },
        none(["spec", "externalName"]),
        none(["spec", "externalIPs"]),
        { not: none(["spec", "selector"]) },
      ],
    },
    message:
      "is of a type that opens a port of the nodes, has addresses of its own, or selects no pods: ExternalName, NodePort, LoadBalancer, externalIPs, no selector (MTB-PL1-BC-HI-1, CVE-2020-8554).",
  },
  {
    id: "no-endpoints-by-hand",
    judges: ["EndpointSlice", "Endpoints"],
    must: { never: true },
    message: "is made by hand, and would lead the ingress controller to pods of others (CVE-2021-25740).",
  },
  {
    id: "hosts-of-its-own",
    judges: ["Ingress"],
    must: {
      all: [
        none(["spec", "defaultBackend"]),
        { not: none(["spec", "rules"]) },
        { every: ["spec", "rules"], item: { path: ["host"], inAnnotation: hostsAnnotation } },
        {
          every: ["spec", "tls"],
          item: {
            all: [
              { not: none(["hosts"]) },
              { every: ["hosts"], item: { path: [], inAnnotation: hostsAnnotation } },
            ],
          },
        },
      ],
    },
    message: `serves a name that is not in the namespace's annotation ${hostsAnnotation}, a wildcard, or every name.`,
  },
  {
    id: "no-volume-of-others",
    judges: ["PersistentVolumeClaim"],
    must: { all: [none(["spec", "volumeName"]), none(["spec", "selector"])] },
    message: "asks for a volume by its name or its labels, which may have been another's.",
  },
];
