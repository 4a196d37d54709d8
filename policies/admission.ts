import { admissionObjects, type ClusterObject } from "../components/tenants/admission/manifests.ts";
import type { Part } from "./parts.ts";
import type { Rule } from "./rule.ts";
import { rules } from "./rules.ts";

/** The rules that a cluster can be told of, with their parts. */
export function toldToClusters(all: readonly Rule[] = rules): { id: string; parts: readonly Part[] }[] {
  return all.flatMap((rule) =>
    rule.reads === "object" && rule.parts !== undefined ? [{ id: rule.id, parts: rule.parts }] : [],
  );
}

/** Parts that judge the same kinds of objects are one policy. */
function byKinds(parts: readonly Part[]): Part[][] {
  const groups = new Map<string, Part[]>();
  for (const part of parts) {
    const kinds = part.judges.join("-");
    groups.set(kinds, [...(groups.get(kinds) ?? []), part]);
  }
  return [...groups.values()];
}

/**
 * What a cluster refuses in the namespaces of communes, whoever asks: the rules that read one object, as
 * ValidatingAdmissionPolicies. Images are known by their upstream names; `image-in-catalogue` is left out where a cluster
 * has them from a mirror.
 *
 * @param commune whose namespaces; those of every commune when absent.
 */
export function rulesManifests({
  commune,
  hasMirror = false,
}: {
  commune?: string | undefined;
  hasMirror?: boolean;
} = {}): ClusterObject[] {
  const selector =
    commune === undefined
      ? { matchExpressions: [{ key: "commune.cloud/commune", operator: "Exists" }] }
      : { matchLabels: { "commune.cloud/commune": commune } };
  const told = toldToClusters().filter(({ id }) => !(hasMirror && id === "image-in-catalogue"));
  return told.flatMap(({ id, parts }) =>
    byKinds(parts).flatMap((group) =>
      admissionObjects({
        name: [`rules-${id}`, kindsOf(group), ...(commune === undefined ? [] : [commune])].join("-"),
        judges: group[0]?.judges ?? [],
        validations: group.map(({ must, message }) => ({ id, must, message })),
        selector,
      }),
    ),
  );
}

/** Kinds of a group as they stand in a name: a namespace is selected by its own labels, so that it is apart. */
function kindsOf([part]: readonly Part[]): string {
  return (part?.judges ?? []).map((kind) => kind.toLowerCase()).join("-");
}
