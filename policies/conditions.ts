import type { KubernetesObject } from "../components/foundation/manifest/object.ts";
import { podSpecOf } from "../components/foundation/manifest/pod-template.ts";
import { type Expression, holds } from "../components/tenants/admission/expression.ts";
import type { AdmissionRule } from "../components/tenants/admission/rules.ts";
import { containersOf, podOf } from "./pods.ts";
import type { Condition, ObjectRule } from "./rule.ts";

/**
 * Part of an object that is judged: the object itself, or the pods that it starts; undefined if it is of another
 * kind.
 */
export function judgedOf(object: KubernetesObject, { judges }: Pick<AdmissionRule, "judges">): unknown {
  if (judges.includes("Pod")) return podSpecOf(object);
  return judges.some((kind) => kind === object.kind) ? object : undefined;
}

const nowhere = { annotations: {} };

/** A rule that is made of conditions alone: the preview checks what the cluster enforces. */
export function ruleOfConditions(
  named: Omit<ObjectRule, "reads" | "check" | "conditions">,
  conditions: readonly Condition[],
): ObjectRule {
  return { ...named, reads: "object", conditions, check: (object) => brokenConditions(object, conditions) };
}

/** The messages of the conditions that an object breaks. */
export function brokenConditions(object: KubernetesObject, conditions: readonly Condition[]): string[] {
  return conditions.flatMap((condition) => {
    const judged = judgedOf(object, condition);
    if (judged === undefined || holds(condition.must, judged, nowhere)) return [];
    const { container } = condition;
    if (container === undefined) return [condition.message];
    const broken = containersOf(podOf(object)).filter((each) => !holds(container, each, nowhere));
    return [`${condition.message} Containers: ${broken.map(({ name }) => name).join(", ")}.`];
  });
}

/** A condition that each container of a pod has to keep, those that run first included. */
export function ofEachContainer(container: Expression, message: string): Condition {
  const every = ["initContainers", "containers"].map((list) => ({ every: [list], item: container }));
  return { judges: ["Pod"], must: { all: every }, container, message };
}
