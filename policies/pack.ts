import policy from "@pulumi/policy";
import type { KubernetesObject } from "./rule.ts";
import { rules } from "./rules.ts";

new policy.PolicyPack("commune-cloud", {
  policies: rules.map((rule) => ({
    name: rule.id,
    description: `${rule.description} (${rule.serves})`,
    enforcementLevel: rule.level,
    validateStack: ({ resources }, report) => {
      const objects = resources
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map(({ props }) => props as KubernetesObject);
      for (const { object, message } of rule.check(objects)) {
        report(`${object.kind} ${object.metadata.name} ${message}`);
      }
    },
  })),
});
