import { atUpstream } from "../components/foundation/image/deployed.ts";
import { type Facts, type KubernetesObject, nameOf, type Rule, type Violation } from "./rule.ts";

/** What a rule found. */
export interface Finding extends Violation {
  rule: Rule;
}

/** What the rules find in a commune before anything of it is registered. Images have their upstream names to them. */
export function judge(rules: readonly Rule[], { objects, ...others }: Facts): Finding[] {
  const mirrors = others.site?.registryMirrors ?? {};
  const facts: Facts = { ...others, objects: objects.map((object) => atUpstream(object, mirrors)) };
  const found = rules.flatMap((rule) =>
    rule.reads === "facts" ? rule.check(facts).map((violation) => ({ ...violation, rule })) : [],
  );
  return [...judgeObjects(rules, facts.objects), ...found];
}

/** The same, by what the objects alone tell. */
export function judgeObjects(rules: readonly Rule[], objects: readonly KubernetesObject[]): Finding[] {
  return rules.flatMap((rule) => violations(rule, objects).map((violation) => ({ ...violation, rule })));
}

function violations(rule: Rule, objects: readonly KubernetesObject[]): Violation[] {
  switch (rule.reads) {
    case "object":
      return objects.flatMap((object) =>
        rule.check(object).map((message) => ({ what: nameOf(object), message })),
      );
    case "objects":
      return rule.check(objects);
    case "facts":
      return [];
  }
}

/** Findings that refuse the commune. */
export function mandatory(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ rule }) => rule.level === "mandatory");
}

/** `image-in-catalogue (sovereignty): Deployment bron-nextcloud/nextcloud-cache runs …` */
export function sentence({ rule, what, message }: Finding): string {
  return `${rule.id} (${rule.serves}): ${what} ${message}`;
}

/** Why a commune is refused, for people: every finding, one a line. */
export function refusal(findings: readonly Finding[]): string {
  const count = findings.length === 1 ? "1 violation" : `${findings.length} violations`;
  return [...findings.map(sentence), "", `${count} of the rules in policies/. Nothing was changed.`].join(
    "\n",
  );
}
