import * as z from "zod";
import { podSpecOf } from "../components/foundation/manifest/pod-template.ts";
import { holds } from "../components/tenants/admission/expression.ts";
import { type AdmissionRule, admissionRules } from "../components/tenants/admission/rules.ts";
import { type KubernetesObject, nameOf, type ObjectsRule } from "./rule.ts";

/** What is known of them: the mark of the seed may not be yet. */
const annotations = z
  .record(z.string(), z.unknown())
  .catch({})
  .transform((all) =>
    Object.fromEntries(
      Object.entries(all).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])),
    ),
  );

/** Annotations of the namespaces of tenants, by name: what may be served from each is there. */
function tenantNamespaces(objects: readonly KubernetesObject[]): Map<string, Record<string, string>> {
  return new Map(
    objects.flatMap(({ kind, metadata }) =>
      kind === "Namespace" && metadata.labels?.["commune.cloud/tenant"] !== undefined
        ? [[metadata.name, annotations.parse("annotations" in metadata ? metadata.annotations : {})] as const]
        : [],
    ),
  );
}

/** What of an object a rule is about; nothing where it is about others. */
function judgedOf(object: KubernetesObject, { judges }: AdmissionRule): unknown {
  if (judges.includes("Pod")) return podSpecOf(object);
  return judges.some((kind) => kind === object.kind) ? object : undefined;
}

const tenantsStayInside: ObjectsRule = {
  id: "tenants-stay-inside",
  level: "mandatory",
  serves: "security",
  description:
    "What is in a tenant's namespace names no node, priority, foreign volume or host, and leads to its own pods alone.",
  reads: "objects",
  check: (objects) => {
    const namespaces = tenantNamespaces(objects);
    return objects.flatMap((object) => {
      const around = namespaces.get(object.metadata.namespace ?? "");
      if (around === undefined) return [];
      return admissionRules.flatMap((rule) => {
        const judged = judgedOf(object, rule);
        if (judged === undefined || holds(rule.must, judged, { annotations: around })) return [];
        return [{ what: nameOf(object), message: `${rule.message} (${rule.id})` }];
      });
    });
  },
};

export const tenantRules = [tenantsStayInside];
