import type { Tongue } from "../components/commune/changes/words.ts";
import { allowance, type Finding, rank, sentence } from "../policies/judge.ts";
import { rules } from "../policies/rules.ts";
import { text } from "./blocks.ts";
import type { Block, Facts } from "./report.ts";
import { articleWords, texts } from "./words.ts";

const levels = {
  mandatory: { fr: "refusé", en: "refused" },
  advisory: { fr: "signalé", en: "said" },
  excepted: { fr: "excepté", en: "excepted" },
} as const;

const quoted = {
  fr: "Les mots de l’outil, en anglais, plus bas.",
  en: "",
} as const;

/** What a finding says in a language: itself, and what allows it. */
function said(finding: Finding, today: string, tongue: Tongue): string {
  const own = tongue === "fr" ? (finding.french ?? quoted.fr) : finding.message;
  return [own, allowance(today, finding)?.[tongue]].filter((each) => each !== undefined).join(" ");
}

/** That the rules which are not kept only advise, where that is all: one that is excepted does more. */
function advice(findings: readonly Finding[], today: string): Readonly<Record<Tongue, string>> {
  const count = new Set(findings.map(({ rule }) => rule.id)).size;
  if (count === 0 || findings.some((finding) => rank(finding, today) !== "advisory"))
    return { fr: "", en: "" };
  return count === 1
    ? { fr: " ; l’autre est un conseil", en: "; the other one is advice" }
    : { fr: ` ; les ${count} autres sont des conseils`, en: `; the other ${count} are advice` };
}

/** Which rules are kept; of each that is not, or is excepted: what must hold, of what, and what was found. */
export function ruleBlocks({ findings, siteIsKnown, today }: Facts, tongue: Tongue): readonly Block[] {
  const broken = new Set(findings.map(({ rule }) => rule.id));
  const kept = rules.filter(({ id }) => !broken.has(id)).length;
  const advised = advice(findings, today)[tongue];
  const inEnglishAlone = tongue === "fr" ? findings.filter(({ french }) => french === undefined) : [];
  return [
    text(
      tongue === "fr"
        ? `Règles respectées : ${kept} sur ${rules.length}${advised}.`
        : `Rules that are kept: ${kept} of ${rules.length}${advised}.`,
    ),
    ...(siteIsKnown
      ? []
      : [
          text(
            tongue === "fr"
              ? "Les réglages de la pile ne sont pas connus ici : ce qui en dépend n’est pas jugé (images nommées par leur empreinte)."
              : "The settings of the stack are not known here: what depends on them is not judged (images named by their digest).",
          ),
        ]),
    ...(findings.length === 0
      ? []
      : [
          {
            kind: "table",
            head: ["", texts.rule[tongue], texts.object[tongue], texts.finding[tongue]],
            rows: findings.map((finding) => [
              levels[rank(finding, today)][tongue],
              `${finding.rule.description[tongue]} (${articleWords[finding.rule.serves][tongue]}, ${finding.rule.id})`,
              finding.what,
              said(finding, today, tongue),
            ]),
          } as const,
        ]),
    ...(inEnglishAlone.length === 0
      ? []
      : [
          {
            kind: "folded",
            title: "Les mots de l’outil, en anglais",
            language: "en",
            items: inEnglishAlone.map(sentence),
          } as const,
        ]),
  ];
}
