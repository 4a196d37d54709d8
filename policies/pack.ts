import policy from "@pulumi/policy";
import { atUpstream } from "../components/foundation/image/deployed.ts";
import { mirrorsIn } from "../components/foundation/image/reference.ts";
import { type KubernetesObject, nameOf } from "../components/foundation/manifest/object.ts";
import { isKubernetes } from "./review.ts";
import type { ObjectRule, ObjectsRule, Rule } from "./rule.ts";
import { rules } from "./rules.ts";

const named = ({ id, description, serves, level }: ObjectRule | ObjectsRule) => ({
  name: id,
  description: `${description.en} (${serves})`,
  enforcementLevel: level,
});

/**
 * Configuration of the rules of images: the mirrors of the site, as commune:registryMirror has them. The engine gives
 * a pack its own configuration alone (--policy-pack-config), and @pulumi/policy 1.21 passes no setting of the stack
 * on.
 */
const configSchema = {
  properties: { registryMirror: { type: "string", minLength: 1 } },
} as const satisfies policy.PolicyConfigSchema;

/** An object as the rules know it: its images under the names of their own registries. */
function judged(
  props: Record<string, unknown>,
  { registryMirror = "" }: { registryMirror?: string },
): KubernetesObject {
  return atUpstream(props as KubernetesObject, mirrorsIn(registryMirror) ?? {});
}

/** Asked of each object before it is created. */
function ofEach(rule: ObjectRule): policy.ResourceValidationPolicy {
  return {
    ...named(rule),
    configSchema,
    validateResource: ({ type, props, getConfig }, report) => {
      if (!isKubernetes(type)) return;
      const object = judged(props, getConfig());
      for (const message of rule.check(object)) report(`${nameOf(object)} ${message}`);
    },
  };
}

/** Asked of all together: at the end of a preview, or of an update that had none. */
function ofAll(rule: ObjectsRule): policy.StackValidationPolicy {
  return {
    ...named(rule),
    validateStack: ({ resources }, report) => {
      const objects = resources
        // What is only read, to know which cluster this is (components/foundation/site/config.ts), is not the commune's.
        .filter(({ type, name }) => isKubernetes(type) && !name.endsWith("-which-cluster"))
        .map(({ props }) => props as KubernetesObject);
      for (const { what, message } of rule.check(objects)) report(`${what} ${message}`);
    },
  };
}

/** Policies of a rule, for the engine, which gives a pack nothing of a declaration. */
function policiesOf(rule: Rule): policy.Policies {
  switch (rule.reads) {
    case "object":
      return [ofEach(rule)];
    case "objects":
      return [ofAll(rule)];
    case "facts":
      return [];
  }
}

new policy.PolicyPack("commune-cloud", { policies: rules.flatMap(policiesOf) });
