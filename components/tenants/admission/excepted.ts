import type { Judged } from "./rules.ts";

/** An object that a rule does not refuse until a day is over. */
export interface ExceptedObject {
  kind: string;
  /** Nothing of what is in none. */
  namespace?: string | undefined;
  name: string;
  /** The last day on which it counts, `2027-03-31`. */
  until: string;
}

/** Who makes the pods of other objects. */
const controllers =
  "(request.userInfo.username.startsWith('system:serviceaccount:kube-system:') || request.userInfo.username == 'system:kube-controller-manager')";

/** Kinds whose pods are another object's, that is named after them: what its kind is, and what its name has more. */
const between: Readonly<Record<string, { kind: string; more: string }>> = {
  Deployment: { kind: "ReplicaSet", more: "-[0-9a-z]+" },
  CronJob: { kind: "Job", more: "-[0-9]+" },
};

/** Whether what is judged is that object, or a pod that a controller makes for it. */
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
 * What keeps a policy from judging some objects: a condition for each last day, which its name says. The API server's
 * language has no clock, so that whoever wrote it has to write it again when a day is over.
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
