import { atUpstream } from "../components/foundation/image/deployed.ts";
import type { Language, Translated } from "../components/foundation/language/language.ts";
import { type KubernetesObject, nameOf } from "../components/foundation/manifest/object.ts";
import { day } from "../components/foundation/page/day.ts";
import { articles } from "./articles.ts";
import { counts, type RuleException } from "./exceptions.ts";
import type { Facts, Rule, Violation } from "./rule.ts";

/** A violation that a rule found. */
export interface Finding extends Violation {
  rule: Rule;
  /** Exception that allows it, or allowed it until a day that is over. */
  exception?: RuleException;
}

/** Judges a commune before anything of it is registered. The rules see images under their upstream names. */
export function judge(rules: readonly Rule[], { objects, ...others }: Facts): Finding[] {
  const mirrors = others.site?.registryMirrors ?? {};
  const facts: Facts = { ...others, objects: objects.map((object) => atUpstream(object, mirrors)) };
  const found = rules.flatMap((rule) =>
    rule.reads === "facts" ? rule.check(facts).map((violation) => ({ ...violation, rule })) : [],
  );
  return [...judgeObjects(rules, facts.objects), ...found];
}

/** Judges objects alone. */
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
export function mandatory(findings: readonly Finding[], today: string): Finding[] {
  return findings.filter((finding) => rank(finding, today) === "mandatory");
}

/** Rank of a finding on a day: refused, advised, or excepted until another day. */
export function rank({ rule, exception }: Finding, today: string): Rule["level"] | "excepted" {
  return exception !== undefined && counts(exception, today) ? "excepted" : rule.level;
}

/** Adds to each finding the exception that names it. */
export function withExceptions(
  findings: readonly Finding[],
  exceptions: readonly RuleException[],
): Finding[] {
  return findings.map((finding) => {
    const own = exceptions.filter(({ rule, object }) => rule === finding.rule.id && object === finding.what);
    // Of several, the one that lasts longest of those that somebody signed.
    const weight = ({ signedBy, expires }: RuleException) => `${signedBy === undefined ? 0 : 1} ${expires}`;
    const [exception] = own.sort((one, other) => (weight(one) < weight(other) ? 1 : -1));
    return exception === undefined ? finding : { ...finding, exception };
  });
}

/** Exceptions that nothing needs: what they allow is not there. */
export function unusedExceptions(
  findings: readonly Finding[],
  exceptions: readonly RuleException[],
): RuleException[] {
  return exceptions.filter((exception) => !findings.some((finding) => finding.exception === exception));
}

/** `image-in-catalogue (sovereignty): Deployment bron-nextcloud/nextcloud-cache runs …` */
export function sentence({ rule, what, message }: Finding): string {
  return `${rule.id} (${rule.serves}): ${what} ${message}`;
}

/**
 * Sentence about the exception that allows a finding, or allowed it, in both languages; undefined if no exception
 * names it.
 */
export function allowance(today: string, finding: Finding): Translated | undefined {
  const { exception } = finding;
  if (exception === undefined) return undefined;
  const { expires, owner, reason, signedBy } = exception;
  if (signedBy === undefined && expires >= today)
    return {
      en: "An exception is written for it, and nobody who may has signed it: npx commune except <commune> --key <file> (docs/policies.md).",
      fr: "Une exception est écrite, et personne qui en a le droit ne l’a signée : npx commune except <commune> --key <fichier> (docs/policies.md).",
    };
  return rank(finding, today) === "excepted"
    ? {
        en: `Allowed until ${expires} by ${owner}, signed by ${signedBy}: ${reason}`,
        fr: `Autorisé jusqu’au ${day(expires)} par ${owner}, signé par ${signedBy} : ${reason}`,
      }
    : {
        en: `What allowed it was over on ${expires} (${owner}).`,
        fr: `Ce qui l’autorisait a pris fin le ${day(expires)} (${owner}).`,
      };
}

/** Sentence of a finding, with the exception that allows it, or allowed it; in English if its rule says no other. */
export function sentenceOn(today: string, finding: Finding, language: Language): string {
  const { rule, what, message } = finding;
  const said: Translated = {
    en: sentence(finding),
    fr: `${rule.id} (${articles[rule.serves].fr}) : ${what} ${finding.french ?? message}`,
  };
  const allowed = allowance(today, finding);
  return allowed === undefined ? said[language] : `${said[language]} ${allowed[language]}`;
}

/** Text that tells people why a commune is refused: every finding, one a line. */
export function refusal(findings: readonly Finding[], today: string): string {
  const count = findings.length === 1 ? "1 violation" : `${findings.length} violations`;
  return [
    ...findings.map((finding) => sentenceOn(today, finding, "en")),
    "",
    `${count} of the rules in policies/. Nothing was changed.`,
  ].join("\n");
}
