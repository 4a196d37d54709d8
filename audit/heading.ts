import type { Language } from "../components/foundation/language/language.ts";
import { day } from "../components/foundation/language/numbers.ts";
import type { Origin, Report } from "./report.ts";
import { texts } from "./words.ts";

/** `Villeurbanne : changement proposé, 24 novembre 2026`. */
export function titleText({
  kind: told,
  name,
  date,
  language,
  changes,
}: Pick<Report, "kind" | "name" | "date" | "language"> & { changes: readonly unknown[] }): string {
  const declared = changes.length === 0 ? texts.unchangedTitle : texts.title;
  const kind = told === "drift" ? texts.driftTitle : declared;
  return texts.labelled[language](name, `${kind[language]}, ${day(date, language)}`);
}

/** `Pourquoi : …`, in the words of whoever wants a change, or that nobody said why. */
export function reasonText({
  because,
  language,
}: Pick<Report, "language"> & { because?: string | undefined }): string {
  return texts.labelled[language](texts.why[language], because ?? texts.whyUnsaid[language]);
}

/** Sentences that people read in a report before they sign, and that the log keeps: the reason and the summary. */
export function shownOf(
  report: Pick<Report, "language" | "summary"> & { because?: string | undefined },
): string[] {
  return [reasonText(report), ...report.summary];
}

/** Sentence that names what a report compares with, and what the comparison leaves out. */
export function originText(origin: Origin, language: Language): string {
  const compared = `${texts.labelled[language](texts.comparedWith[language], comparedWith(origin, language))}.`;
  return origin.kind === "state" ? compared : `${compared} ${texts.sameToolkit[language]}`;
}

function comparedWith(origin: Origin, language: Language): string {
  switch (origin.kind) {
    case "revision":
      return `${texts.revision[language]} ${origin.revision}`;
    case "published":
      return texts.published[language];
    case "nothing":
      return texts.nothingBefore[language];
    case "state":
      return texts.state[language];
  }
}
