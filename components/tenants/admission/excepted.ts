import type { Judged } from "./rules.ts";

/** An object that a rule does not refuse until a day is over. */
export interface ExceptedObject {
  kind: string;
  /** Undefined for objects outside namespaces. */
  namespace?: string | undefined;
  name: string;
  /** Last day of the exception, `2027-03-31`. */
  until: string;
}

/** CEL condition: the request comes from a controller, which makes the pods of other objects. */
const controllers =
  "(request.userInfo.username.startsWith('system:serviceaccount:kube-system:') || request.userInfo.username == 'system:kube-controller-manager')";

/** Kinds whose pods belong to an object in between, named after them: its kind, and the rest of its name. */
const between: Readonly<Record<string, { kind: string; more: string }>> = {
  Deployment: { kind: "ReplicaSet", more: "-[0-9a-z]+" },
  CronJob: { kind: "Job", more: "-[0-9]+" },
};

/** Returns the CEL condition that the judged object is this one, or a pod that a controller makes for it. */
function isOf({ kind, namespace, name }: ExceptedObject, judges: readonly Judged[]): string {
  const here = namespace === undefined ? "" : `request.namespace == '${namespace}' && `;
  if (judges.includes("Pod") && kind !== "Pod") {
    const owner = between[kind] ?? { kind, more: "" };
    const pattern = `^${name.replaceAll(".", "[.]")}${owner.more}$`;
    return `${here}${controllers} && object.metadata.?ownerReferences.orValue([]).exists(owner, owner.kind == '${owner.kind}' && owner.name.matches('${pattern}'))`;
  }
  return `${here}request.kind.kind == '${kind}' && object.metadata.?name.orValue('') == '${name}'`;
}

/**
 * Returns the match conditions that exempt objects from a policy: one for each last day, which its name contains. CEL
 * in the API server has no clock, so somebody has to write the policy again when a day is over.
 */
export function exceptedConditions(
  objects: readonly ExceptedObject[],
  judges: readonly Judged[],
): { name: string; expression: string }[] {
  const days = [...new Set(objects.map(({ until }) => until))].sort();
  return days.map((day) => ({
    name: `not-excepted-until-${day}`,
    expression: objects
      .filter(({ until }) => until === day)
      .map((object) => `!(${isOf(object, judges)})`)
      .join(" && "),
  }));
}
