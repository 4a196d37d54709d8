import * as z from "zod";
import { type KubernetesObject, nameOf } from "../components/foundation/manifest/object.ts";
import { ruleOfConditions } from "./conditions.ts";
import type { ObjectsRule } from "./rule.ts";

const namespacesAreRestricted = ruleOfConditions(
  {
    id: "namespaces-are-restricted",
    level: "mandatory",
    serves: "security",
    description: {
      en: "Every namespace enforces Pod Security restricted.",
      fr: "Chaque espace impose à ses programmes les limites les plus strictes de Kubernetes.",
    },
    examples: { keeps: "pod-security.kubernetes.io/enforce: restricted", breaks: "enforce: baseline" },
  },
  [
    {
      judges: ["Namespace"],
      must: { path: ["metadata", "labels", "pod-security.kubernetes.io/enforce"], oneOf: ["restricted"] },
      message: "does not enforce Pod Security restricted. Use the Namespace component.",
    },
  ],
);

const namespacesAreClosed: ObjectsRule = {
  id: "namespaces-are-closed",
  level: "mandatory",
  serves: "security",
  description: {
    en: "Every namespace denies all traffic that no rule opens.",
    fr: "Chaque espace refuse tout trafic qu’aucune règle n’ouvre.",
  },
  examples: {
    keeps: "a NetworkPolicy of every pod and both directions, with nothing opened",
    breaks: "one of Ingress alone",
  },
  reads: "objects",
  check: (objects) =>
    objects
      .filter(
        ({ kind, metadata: { name } }) =>
          kind === "Namespace" && !objects.some((object) => deniesByDefault(object, name)),
      )
      .map((namespace) => ({
        what: nameOf(namespace),
        message: "has no default-deny NetworkPolicy. Use the Namespace component.",
      })),
};

/** Every pod, both directions, and nothing opened. A list that is empty is as good as one that is not there. */
const denial = z.object({
  podSelector: z.strictObject({}),
  policyTypes: z.array(z.string()).refine((types) => types.includes("Ingress") && types.includes("Egress")),
  ingress: z.array(z.unknown()).max(0).optional(),
  egress: z.array(z.unknown()).max(0).optional(),
});

/** Whether an object closes a namespace to all that no other network policy opens. */
export function deniesByDefault({ kind, metadata, spec }: KubernetesObject, namespace: string): boolean {
  return kind === "NetworkPolicy" && metadata.namespace === namespace && denial.safeParse(spec).success;
}

export const namespaceRules = [namespacesAreRestricted, namespacesAreClosed];
