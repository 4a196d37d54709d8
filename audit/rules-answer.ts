import type { Language, Translated } from "../components/foundation/language/language.ts";
import { articles } from "../policies/articles.ts";
import { allowance, type Finding, rank, sentence } from "../policies/judge.ts";
import { rules } from "../policies/rules.ts";
import { text } from "./blocks.ts";
import type { Facts } from "./facts.ts";
import type { Block } from "./report.ts";
import { texts } from "./words.ts";

const levels = {
  mandatory: { fr: "refusé", en: "refused" },
  advisory: { fr: "signalé", en: "said" },
  excepted: { fr: "excepté", en: "excepted" },
} as const;

const phrases = {
  kept: {
    fr: (kept: number, advised: string) => `Règles respectées : ${kept} sur ${rules.length}${advised}.`,
    en: (kept: number, advised: string) => `Rules that are kept: ${kept} of ${rules.length}${advised}.`,
  },
  unsettled: {
    fr: "Les réglages de la pile ne sont pas connus ici : ce qui en dépend n’est pas jugé (images nommées par leur empreinte).",
    en: "The settings of the stack are not known here: what depends on them is not judged (images named by their digest).",
  },
} as const;

/** Text of a finding. In French it says that the English words stand below, if there is no translation. */
const wordsOf: Translated<(finding: Finding) => string> = {
  fr: ({ french }) => french ?? "Les mots de l’outillage, en anglais, plus bas.",
  en: ({ message }) => message,
};

/** The findings that a language has no words for. */
const withoutWords: Translated<(findings: readonly Finding[]) => readonly Finding[]> = {
  fr: (findings) => findings.filter(({ french }) => french === undefined),
  en: () => [],
};

/** Text of a finding in a language, with the exception that allows it. */
function said(finding: Finding, today: string, language: Language): string {
  const own = wordsOf[language](finding);
  return [own, allowance(today, finding)?.[language]].filter((each) => each !== undefined).join(" ");
}

/** Words that say that the broken rules only advise, if that is so for all of them: an excepted rule does more. */
function advice(findings: readonly Finding[], today: string): Translated {
  const count = new Set(findings.map(({ rule }) => rule.id)).size;
  if (count === 0 || findings.some((finding) => rank(finding, today) !== "advisory"))
    return { fr: "", en: "" };
  return count === 1
    ? { fr: " ; l’autre est un conseil", en: "; the other one is advice" }
    : { fr: ` ; les ${count} autres sont des conseils`, en: `; the other ${count} are advice` };
}

/**
 * Blocks with the number of rules that are kept and, for each one that is broken or excepted, what must hold, for
 * which object, and what was found.
 */
export function ruleBlocks({ findings, siteIsKnown, today }: Facts, language: Language): readonly Block[] {
  const broken = new Set(findings.map(({ rule }) => rule.id));
  const kept = rules.filter(({ id }) => !broken.has(id)).length;
  const advised = advice(findings, today)[language];
  const inEnglishAlone = withoutWords[language](findings);
  return [
    text(phrases.kept[language](kept, advised)),
    ...(siteIsKnown ? [] : [text(phrases.unsettled[language])]),
    ...(findings.length === 0
      ? []
      : [
          {
            kind: "table",
            head: ["", texts.rule[language], texts.object[language], texts.finding[language]],
            rows: findings.map((finding) => [
              levels[rank(finding, today)][language],
              `${finding.rule.description[language]} (${articles[finding.rule.serves][language]}, ${finding.rule.id})`,
              finding.what,
              said(finding, today, language),
            ]),
          } as const,
        ]),
    ...(inEnglishAlone.length === 0
      ? []
      : [
          {
            kind: "folded",
            title: "Les mots de l’outillage, en anglais",
            language: "en",
            items: inEnglishAlone.map(sentence),
          } as const,
        ]),
  ];
}
