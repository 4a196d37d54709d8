import type { ExceptedObject } from "../components/tenants/admission/excepted.ts";
import {
  admissionManifests,
  admissionObjects,
  type ClusterObject,
} from "../components/tenants/admission/manifests.ts";
import type { RuleException } from "./exceptions.ts";
import type { Condition, Rule } from "./rule.ts";
import { rules } from "./rules.ts";

/** Rules that a cluster can enforce, each with its conditions on one object. */
export function toldToClusters(
  all: readonly Rule[] = rules,
): { id: string; conditions: readonly Condition[] }[] {
  return all.flatMap((rule) =>
    rule.reads === "object" && rule.conditions !== undefined
      ? [{ id: rule.id, conditions: rule.conditions }]
      : [],
  );
}

/** Conditions that judge the same kinds of objects are one policy. */
function byKinds(conditions: readonly Condition[]): Condition[][] {
  const groups = new Map<string, Condition[]>();
  for (const condition of conditions) {
    const kinds = condition.judges.join("-");
    groups.set(kinds, [...(groups.get(kinds) ?? []), condition]);
  }
  return [...groups.values()];
}

/** The rule of several objects that the policies of associations hold to. */
const ofTenants = "tenants-stay-inside";

/** Whether a cluster can apply an exception of a rule. */
export function isToldToClusters(rule: string): boolean {
  return rule === ofTenants || toldToClusters().some(({ id }) => id === rule);
}

/** `Deployment bron-nextcloud/nextcloud-cache`, as a rule names it (nameOf). */
export const objectName = /^([A-Za-z]+) (?:([a-z0-9-]+)\/)?([a-z0-9.-]+)$/;

/** Objects that the exceptions of a rule leave out on a cluster. */
function exceptedFrom(rule: string, exceptions: readonly RuleException[]): ExceptedObject[] {
  return exceptions.flatMap(({ rule: of, object, expires }) => {
    const [, kind, namespace, name] = objectName.exec(object) ?? [];
    if (of !== rule) return [];
    return kind === undefined || name === undefined ? [] : [{ kind, namespace, name, until: expires }];
  });
}

/** Whether an exception is of the rule that holds to what is in associations' namespaces. */
export function isOfTenants({ rule }: RuleException): boolean {
  return rule === ofTenants;
}

/** The policies of associations' namespaces, without what exceptions that count leave out of them. */
export function tenantManifests(exceptions: readonly RuleException[]): ClusterObject[] {
  return admissionManifests(exceptedFrom(ofTenants, exceptions));
}

/**
 * ValidatingAdmissionPolicies that refuse, in the namespaces of communes and whoever asks, what breaks the rules of
 * one object. Images are known by their upstream names; `image-in-catalogue` is left out if a cluster has them from a
 * mirror.
 *
 * @param commune whose namespaces; those of every commune when absent.
 * @param exceptions those that count on the day on which the objects are made.
 */
export function rulesManifests({
  commune,
  hasMirror = false,
  exceptions = [],
}: {
  commune?: string | undefined;
  hasMirror?: boolean;
  exceptions?: readonly RuleException[];
} = {}): ClusterObject[] {
  const selector =
    commune === undefined
      ? { matchExpressions: [{ key: "commune.cloud/commune", operator: "Exists" }] }
      : { matchLabels: { "commune.cloud/commune": commune } };
  const told = toldToClusters().filter(({ id }) => !(hasMirror && id === "image-in-catalogue"));
  return told.flatMap(({ id, conditions }) =>
    byKinds(conditions).flatMap((group) =>
      admissionObjects({
        name: [`rules-${id}`, kindsOf(group), ...(commune === undefined ? [] : [commune])].join("-"),
        judges: group[0]?.judges ?? [],
        validations: group.map(({ must, message }) => ({ id, must, message })),
        selector,
        excepted: exceptedFrom(id, exceptions),
      }),
    ),
  );
}

/** Kinds of a group as they stand in a name: a namespace is selected by its own labels, so that it is apart. */
function kindsOf([condition]: readonly Condition[]): string {
  return (condition?.judges ?? []).map((kind) => kind.toLowerCase()).join("-");
}
