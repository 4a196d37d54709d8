import { podSpecOf } from "../components/foundation/manifest/pod-template.ts";
import { type Expression, holds } from "../components/tenants/admission/expression.ts";
import type { AdmissionRule, Judged } from "../components/tenants/admission/rules.ts";
import { containersOf, podOf } from "./pods.ts";
import type { KubernetesObject, ObjectRule } from "./rule.ts";

/** A part of a rule that one object tells by itself, said once for the preview and for the cluster. */
export interface Part {
  judges: readonly Judged[];
  /** What must hold; of a pod, from its `spec`. */
  must: Expression;
  /** What is wrong and how to comply, as the end of a sentence that starts with the object. */
  message: string;
  /** What must hold of each container, where `must` is {@link ofEachContainer} of it: to name those that break it. */
  container?: Expression;
}

/** What of an object is judged: itself, or the pods that it starts; nothing where it is of another kind. */
export function judgedOf(object: KubernetesObject, { judges }: Pick<AdmissionRule, "judges">): unknown {
  if (judges.includes("Pod")) return podSpecOf(object);
  return judges.some((kind) => kind === object.kind) ? object : undefined;
}

const nowhere = { annotations: {} };

/** A rule that is made of parts alone: the preview asks what the cluster is told. */
export function ruleOfParts(
  named: Omit<ObjectRule, "reads" | "check" | "parts">,
  parts: readonly Part[],
): ObjectRule {
  return { ...named, reads: "object", parts, check: (object) => brokenParts(object, parts) };
}

/** The messages of the parts that an object breaks. */
export function brokenParts(object: KubernetesObject, parts: readonly Part[]): string[] {
  return parts.flatMap((part) => {
    const judged = judgedOf(object, part);
    if (judged === undefined || holds(part.must, judged, nowhere)) return [];
    const { container } = part;
    if (container === undefined) return [part.message];
    const broken = containersOf(podOf(object)).filter((each) => !holds(container, each, nowhere));
    return [`${part.message} Containers: ${broken.map(({ name }) => name).join(", ")}.`];
  });
}

/** A part that each container of a pod has to keep, those that run first included. */
export function ofEachContainer(container: Expression, message: string): Part {
  const every = ["initContainers", "containers"].map((list) => ({ every: [list], item: container }));
  return { judges: ["Pod"], must: { all: every }, container, message };
}
