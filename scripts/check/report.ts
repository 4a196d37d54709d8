import { texts } from "../../audit/words.ts";
import type { Change } from "../../components/commune/changes/change.ts";
import { wordFor, words } from "../../components/commune/changes/words.ts";
import {
  countProblems,
  type Problem,
  showProblems,
} from "../../components/foundation/declaration/problem.ts";
import type { Language } from "../../components/foundation/language/language.ts";
import type { rank } from "../../policies/judge.ts";

/** A rule of policies/ that a commune breaks. */
export interface Broken {
  rule: string;
  level: ReturnType<typeof rank>;
  /** The culprit, the fault and how to comply. */
  sentence: string;
}

/** Result of `commune check` for one commune. */
export interface Checked {
  commune: string;
  valid: boolean;
  problems: readonly Problem[];
  broken: readonly Broken[];
  /** Warnings, which refuse nothing: of levels of associations' applications, and of versions that are not locked. */
  warnings?: readonly string[];
  /** Exceptions that nothing needs any more: `<rule> at <object>`. */
  unused?: readonly string[];
  /** Changes from what the stack published last; absent if that is not given. */
  changes?: readonly ToldChange[];
}

/** A change, and the sentence that tells it. */
export interface ToldChange extends Change {
  sentence: string;
}

/** Lines of the changes that are not refused, each with its effect. */
function changeLines({ changes = [] }: Checked, language: Language): string[] {
  return changes
    .filter(({ effect }) => effect !== "refused")
    .map(({ effect, sentence }) => `${wordFor(words.effect, effect, language)}: ${sentence}`);
}

const phrases = {
  valid: { en: "valid", fr: "valable" },
  warning: { en: "warning", fr: "avertissement" },
  mandatory: { en: "mandatory", fr: "obligatoire" },
  advisory: { en: "advisory", fr: "conseillé" },
  excepted: { en: "excepted", fr: "excepté" },
  unchanged: { en: "Nothing was changed.", fr: "Rien n’a été changé." },
  unused: {
    en: (exception: string) => `nothing needs the exception of ${exception}. Remove it.`,
    fr: (exception: string) => `rien n’a besoin de l’exception de ${exception}. Retirez-la.`,
  },
} as const;

/** Results of checks, for people. */
export function report(results: readonly Checked[], language: Language): string {
  const labelled = texts.labelled[language];
  const valid = results
    .filter((result) => result.valid)
    .map(({ commune }) => labelled(commune, phrases.valid[language]));
  const broken = results.flatMap((result) =>
    result.broken.map((each) => ({
      ...each,
      line: labelled(result.commune, `${phrases[each.level][language]} ${each.sentence}`),
    })),
  );
  const problems = results.flatMap((result) => result.problems);
  const refused = problems.length + broken.filter(({ level }) => level === "mandatory").length;
  return [
    ...(problems.length === 0 ? [] : [showProblems(problems)]),
    ...broken.map(({ line }) => line),
    ...results.flatMap(({ commune, warnings = [] }) =>
      warnings.map((line) => labelled(commune, labelled(phrases.warning[language], line))),
    ),
    ...results.flatMap(({ commune, unused = [] }) =>
      unused.map((exception) => labelled(commune, phrases.unused[language](exception))),
    ),
    ...results.flatMap((result) =>
      changeLines(result, language).map((line) => labelled(result.commune, line)),
    ),
    ...valid,
    "",
    refused === 0 ? phrases.unchanged[language] : countProblems(refused),
  ].join("\n");
}
