import type { Language, Translated } from "../components/foundation/language/language.ts";
import { day, joined } from "../components/foundation/language/numbers.ts";
import type { Role } from "./approval/approvers.ts";
import type { Need } from "./approval/needs.ts";
import type { Facts } from "./facts.ts";
import type { Block } from "./report.ts";
import { needOfChange, weightOf } from "./weight.ts";

const needWords: Readonly<Record<Need, Translated>> = {
  nobody: {
    fr: "Personne ne peut dire oui à ce changement tel qu’il est écrit.",
    en: "Nobody can say yes to this change as it is written.",
  },
  one: {
    fr: "Une personne doit dire oui. Ce ne peut pas être celle qui propose.",
    en: "One person has to say yes. It cannot be the one who proposes it.",
  },
  two: {
    fr: "Deux personnes doivent dire oui, dont un élu ou le délégué à la protection des données. Celle qui propose ne compte pas.",
    en: "Two people have to say yes, one of them an official or the data protection officer. Whoever proposes it does not count.",
  },
};

export const roleWords: Readonly<Record<Role, Translated>> = {
  administrator: { fr: "administrateur", en: "administrator" },
  official: { fr: "élu", en: "official" },
  "data-protection": { fr: "délégué à la protection des données", en: "data protection officer" },
};

const whyTwo = {
  fr: (reasons: string) => `Pourquoi deux : ${reasons}.`,
  en: (reasons: string) => `Why two: ${reasons}.`,
} as const;

/** Returns the reasons why a change needs one approval more than a change that can be undone. */
function reasonsForTwo(facts: Facts, language: Language): string {
  const { label, touchesPersonalData, opens, unprotects } = weightOf(facts);
  const reasons: Translated[] = [
    ...(label === "irreversible"
      ? [{ fr: "une partie est définitive", en: "a part of it is for good" }]
      : []),
    ...(touchesPersonalData
      ? [
          {
            fr: "des données de personnes arrivent, partent ou changent de place",
            en: "data of persons comes, goes or moves",
          },
        ]
      : []),
    ...(opens
      ? [
          {
            fr: "quelque chose devient accessible, ou joint l’extérieur",
            en: "something can be reached, or reaches out",
          },
        ]
      : []),
    ...(unprotects
      ? [
          {
            fr: "des données ne sont plus protégées d’un effacement",
            en: "data is no longer protected from deletion",
          },
        ]
      : []),
  ];
  const told = reasons.map((reason) => reason[language]);
  return whyTwo[language](joined(told, language));
}

/** Updates that were made after the last approved one and that nobody approved, as a sentence. */
function sinceThen(unapproved: readonly string[]): Translated[] {
  const [first, ...others] = unapproved;
  if (first === undefined) return [];
  const on = (language: Language) => day(first.slice(0, 10), language);
  return [
    others.length === 0
      ? {
          fr: `Depuis, une mise à jour a été faite sans accord, le ${on("fr")}.`,
          en: `Since then one update was made without an approval, on ${on("en")}.`,
        }
      : {
          fr: `Depuis, ${unapproved.length} mises à jour ont été faites sans accord, la première le ${on("fr")}.`,
          en: `Since then ${unapproved.length} updates were made without an approval, the first one on ${on("en")}.`,
        },
  ];
}

/** Blocks that say who has approved, who still has to, and what happens otherwise. */
export function approvalAnswer(facts: Facts, language: Language): readonly Block[] {
  const { after, plan, past: { lastApproved, unapproved = [] } = {} } = facts;
  const { id } = after.declaration;
  const text = (word: Translated): Block => ({ kind: "text", text: word[language] });
  const otherwise = text({
    fr: "Tant que personne n’applique le changement, tout reste comme avant.",
    en: "While nobody applies the change, everything stays as before.",
  });
  const last =
    lastApproved === undefined
      ? []
      : [
          text({
            fr: `Dernier changement appliqué avec un accord : ${day(lastApproved.at.slice(0, 10), "fr")} (${joined(
              lastApproved.roles.map((role) => roleWords[role].fr),
              "fr",
            )}).`,
            en: `Last change that was applied with an approval: ${day(lastApproved.at.slice(0, 10), "en")} (${joined(
              lastApproved.roles.map((role) => roleWords[role].en),
              "en",
            )}).`,
          }),
          ...sinceThen(unapproved).map(text),
        ];
  if (plan === undefined) {
    return [
      text({
        fr: `Ce rapport est fait à partir des fichiers seuls : il ne peut pas recevoir d’accord. Celui qui le peut se fait avec npx commune report ${id} --preview.`,
        en: `This report is made from files alone, and cannot be approved. One that can is made with npx commune report ${id} --preview.`,
      }),
      ...last,
      otherwise,
    ];
  }
  return [
    text(needWords[needOfChange(facts)]),
    ...(needOfChange(facts) === "two"
      ? [{ kind: "text", text: reasonsForTwo(facts, language) } as const]
      : []),
    text({
      fr: `Ce qui serait appliqué a cette empreinte : ${plan.digest}. Un accord vaut pour elle seule.`,
      en: `What would be applied has this digest: ${plan.digest}. An approval is of it alone.`,
    }),
    ...(plan.secretsCount
      ? []
      : [
          text({
            fr: "La commune n’a pas encore de graine : la valeur de ses secrets ne compte pas dans cette empreinte.",
            en: "The commune has no seed yet: the values of its secrets do not count in this digest.",
          }),
        ]),
    ...last,
    otherwise,
  ];
}
