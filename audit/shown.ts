import type { Language, Translated } from "../components/foundation/language/language.ts";
import { joined, number } from "../components/foundation/language/numbers.ts";
import type { Source } from "./approval/log.ts";
import type { Need } from "./approval/needs.ts";
import { nameOfUrn, type Operation, type Plan, type Planned, typeOfUrn } from "./approval/plan.ts";
import { isForGood } from "./approval/remade.ts";
import type { Asked, Shown } from "./approval/verify.ts";
import { reasonText, shownOf } from "./heading.ts";
import type { Report } from "./report.ts";

/** A report, as far as it is what people sign. */
type Signable = Pick<Report, "language" | "label" | "summary"> & {
  because?: string | undefined;
  approval: { need: Need; plan: Plan };
};

/** Sentences, label and need that are shown of a report, from each source. */
export function shownFrom(report: Signable): Record<Source, Shown> {
  const { label, approval } = report;
  const whole = { label, needs: approval.need, shown: shownOf(report) };
  return { preview: whole, plan: shownOfPlan(report), page: whole };
}

/** Questions to a log about a report: its digests, and what signers are to be shown. */
export function askedOf(report: Signable & { hash: string }): Asked {
  return { digest: report.approval.plan.digest, report: report.hash, shown: shownFrom(report) };
}

/** Types of objects whose update cannot open a way or move personal data. Every other type may. */
const quiet = new Set([
  ...["apps/v1:Deployment", "apps/v1:StatefulSet", "batch/v1:Job", "batch/v1:CronJob"],
  ...["core/v1:ConfigMap", "core/v1:Secret", "core/v1:ServiceAccount"],
  ...["core/v1:LimitRange", "core/v1:ResourceQuota", "policy/v1:PodDisruptionBudget"],
]);

/** The most names that are listed of each kind of thing. */
const mostNames = 10;

const told: Translated<Readonly<Partial<Record<Operation, string>>>> = {
  fr: { create: "créés", update: "modifiés", replace: "supprimés et refaits", delete: "supprimés" },
  en: { create: "created", update: "changed", replace: "deleted and made again", delete: "deleted" },
};

const sentences = {
  fr: {
    source:
      "Cette machine n’a pas interrogé la pile : ce qui suit est lu dans le plan seul. La machine qui applique compare tout le rapport.",
    counts: (counts: string) => `Objets : ${counts}.`,
    nothing: "Aucun objet ne change.",
    forGood: (names: string) => `Supprimé pour toujours : ${names}.`,
    notForGood: "Rien n’est supprimé pour toujours.",
    weighty: (names: string) => `Peut ouvrir un accès ou toucher des données : ${names}.`,
    notWeighty: "Aucun objet qui ouvre un accès ou garde des données ne change.",
  },
  en: {
    source:
      "This machine has not asked the stack: what follows is read in the plan alone. The machine that applies compares all of the report.",
    counts: (counts: string) => `Objects: ${counts}.`,
    nothing: "No object changes.",
    forGood: (names: string) => `Deleted for good: ${names}.`,
    notForGood: "Nothing is deleted for good.",
    weighty: (names: string) => `May open a way or touch data: ${names}.`,
    notWeighty: "No object changes that opens a way or holds data.",
  },
} as const;

function shownOfPlan(report: Signable): Shown {
  const { language, approval } = report;
  const say = sentences[language];
  const { counts, forGood, weighty } = readPlan(approval.plan, language);
  return {
    ...(forGood.length > 0 && { label: "irreversible" as const }),
    needs: forGood.length + weighty.length > 0 ? "two" : "one",
    shown: [
      reasonText(report),
      say.source,
      counts.length === 0 ? say.nothing : say.counts(joined(counts, language)),
      forGood.length === 0 ? say.notForGood : say.forGood(names(forGood, language)),
      weighty.length === 0 ? say.notWeighty : say.weighty(names(weighty, language)),
    ],
  };
}

/**
 * Facts that a plan alone gives: numbers of objects, which of them are deleted for good, and which may open a way or
 * touch data.
 */
function readPlan({ resources }: Plan, language: Language) {
  const changed = resources.filter(
    ({ urn, operation }) => operation in told[language] && typeOfUrn(urn).startsWith("kubernetes:"),
  );
  const counts = Object.entries(told[language]).flatMap(([operation, word]) => {
    const count = changed.filter((each) => each.operation === operation).length;
    return count === 0 ? [] : [`${number(count, language)} ${word}`];
  });
  const forGood = resources.filter(isForGood);
  const isWeighty = ({ urn }: Planned) => !quiet.has(typeOfUrn(urn).replace(/^kubernetes:/, ""));
  return { counts, forGood, weighty: changed.filter((each) => isWeighty(each) && !forGood.includes(each)) };
}

function names(resources: readonly Planned[], language: Language): string {
  const some = resources.slice(0, mostNames).map(({ urn }) => nameOfUrn(urn).replace(/^kubernetes:/, ""));
  const more = resources.length - some.length;
  return joined(more === 0 ? some : [...some, `… (+ ${number(more, language)})`], language);
}
