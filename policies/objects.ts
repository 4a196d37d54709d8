import * as z from "zod";
import { dataCategories } from "../components/foundation/manifest/data-categories.ts";
import { type KubernetesObject, nameOf } from "../components/foundation/manifest/object.ts";
import { ruleOfConditions } from "./conditions.ts";
import { podOf } from "./pods.ts";
import type { ObjectRule, ObjectsRule } from "./rule.ts";

/** Kinds that every conformant Kubernetes has, by API group and version, and none that one vendor alone offers. */
const portable: Readonly<Record<string, readonly string[]>> = {
  v1: [
    ...["Namespace", "ConfigMap", "Secret", "Service", "ServiceAccount", "Pod"],
    ...["PersistentVolumeClaim", "ResourceQuota", "LimitRange"],
  ],
  "apps/v1": ["Deployment", "StatefulSet"],
  "batch/v1": ["Job", "CronJob"],
  "networking.k8s.io/v1": ["Ingress", "NetworkPolicy"],
  "policy/v1": ["PodDisruptionBudget"],
  "rbac.authorization.k8s.io/v1": ["Role", "RoleBinding"],
  // Only where the site says that its network is Cilium's; the NetworkPolicy of the same name stands beside it elsewhere.
  "cilium.io/v2": ["CiliumNetworkPolicy"],
  // Only where a commune says that the cluster has a Prometheus (`monitoring: { use: cluster }`); it has its own elsewhere.
  "monitoring.coreos.com/v1": ["PodMonitor", "Probe", "PrometheusRule"],
  // Only where a commune declares `availability: node-loss`: rows move out of it as SQL, to any PostgreSQL.
  "postgresql.cnpg.io/v1": ["Cluster"],
};

const portableKinds: ObjectRule = {
  id: "portable-kinds",
  level: "mandatory",
  serves: "neutrality",
  description: {
    en: "A commune is made of kinds of objects that every Kubernetes has, so that it can move.",
    fr: "Une commune n’est faite que de ce que tout Kubernetes connaît, pour pouvoir déménager.",
  },
  examples: { keeps: "networking.k8s.io/v1 Ingress", breaks: "projectcalico.org/v3" },
  reads: "object",
  check: ({ apiVersion, kind }) =>
    portable[apiVersion]?.includes(kind)
      ? []
      : [
          `is of ${apiVersion}, which not every cluster has. Use one of: ${Object.keys(portable).join(", ")}.`,
        ],
};

const categories = ["none", ...Object.keys(dataCategories)];

const dataIsLabelled = ruleOfConditions(
  {
    id: "data-is-labelled",
    level: "mandatory",
    serves: "citizenship",
    description: {
      en: "Whatever may hold data says which personal data it holds, in one vocabulary.",
      fr: "Tout ce qui peut contenir des données dit lesquelles sont de personnes, avec les mêmes mots partout.",
    },
    examples: {
      keeps: "commune.cloud/data: accounts.documents",
      breaks: "no label, or the word gossip in it",
    },
  },
  // Namespaces are selected by their own labels, so that they are a part of their own.
  ([["PersistentVolumeClaim", "StatefulSet", "Deployment"], ["Namespace"]] as const).map((judges) => ({
    judges,
    must: { path: ["metadata", "labels", "commune.cloud/data"], words: categories },
    message: `has no label commune.cloud/data, or one that is not of these words with dots between: ${categories.join(", ")}. Use labelsOf, with none where it holds nothing.`,
  })),
);

const quota = z.object({ hard: z.record(z.string(), z.string()) });

/** Whether an object bounds memory, storage and pods of a namespace. */
function bounds({ kind, metadata, spec }: KubernetesObject, namespace: string): boolean {
  if (kind !== "ResourceQuota" || metadata.namespace !== namespace) return false;
  const { data } = quota.safeParse(spec);
  return ["limits.memory", "requests.storage", "pods"].every((name) => data?.hard[name] !== undefined);
}

const quotaPresent: ObjectsRule = {
  id: "quota-present",
  level: "mandatory",
  serves: "ecology",
  description: {
    en: "Every namespace with pods has a limit of memory, storage and pods.",
    fr: "Chaque espace où des programmes tournent a une limite de mémoire, de disque et de nombre.",
  },
  examples: {
    keeps: "a ResourceQuota of limits.memory, requests.storage and pods",
    breaks: "one without requests.storage",
  },
  reads: "objects",
  check: (objects) => {
    const withPods = new Set(
      objects.flatMap((object) => (podOf(object) ? (object.metadata.namespace ?? []) : [])),
    );
    return objects
      .filter(
        ({ kind, metadata: { name } }) =>
          kind === "Namespace" && withPods.has(name) && !objects.some((object) => bounds(object, name)),
      )
      .map((namespace) => ({
        what: nameOf(namespace),
        message: "has no ResourceQuota of memory, storage and pods. Use the Namespace component.",
      }));
  },
};

export const objectRules = [portableKinds, dataIsLabelled, quotaPresent];
