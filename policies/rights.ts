import type { Expression } from "../components/tenants/admission/expression.ts";
import { brokenConditions } from "./conditions.ts";
import type { Condition, ObjectRule } from "./rule.ts";

/** Expression that requires a list with these texts alone. */
const only = (name: string, texts: readonly string[]): Expression => ({
  all: [{ not: { absent: [name] } }, { every: [name], item: { path: [], oneOf: texts } }],
});

const conditions: readonly Condition[] = [
  {
    judges: ["Pod"],
    // Unless it says no, a pod gets one.
    must: { path: ["automountServiceAccountToken"], is: false },
    message: "mounts a service account token. Set automountServiceAccountToken: false.",
  },
  {
    judges: ["Role"],
    must: {
      every: ["rules"],
      item: {
        all: [
          only("apiGroups", [""]),
          only("resources", ["configmaps"]),
          only("verbs", ["get", "list", "watch", "create", "patch"]),
        ],
      },
    },
    message: `gives rights to more than ConfigMaps. Name resources: ["configmaps"], without "*" and without "delete".`,
  },
];

const noServiceAccountToken: ObjectRule = {
  id: "no-service-account-token",
  level: "mandatory",
  serves: "security",
  description: {
    en: "No pod holds a key to the cluster's API, beyond ConfigMaps of its own namespace.",
    fr: "Aucun programme n’a de clé pour commander le cluster, sauf pour les réglages de son propre espace.",
  },
  examples: {
    keeps: "automountServiceAccountToken: false",
    breaks: "a pod that does not say so, or a Role on Secrets",
  },
  reads: "object",
  conditions,
  check: (object) => [
    ...brokenConditions(object, conditions),
    ...(object.kind === "ClusterRole" || object.kind === "ClusterRoleBinding"
      ? ["gives rights beyond a namespace. Use a Role."]
      : []),
  ],
};

export const rightsRules = [noServiceAccountToken];
